# SPDX-License-Identifier: ISC
# Complains about what is not strictly the text format that Prometheus reads: a HELP and a TYPE line before the
# samples of a metric, which stand together; names, labels, escapes and numbers of the right form; no series twice.
function bad(why) {
	printf "line %d: %s: %s\n", NR, why, $0
	failed = 1
}

BEGIN {
	name_form = "^[a-zA-Z_:][a-zA-Z0-9_:]*$"
	label_form = "^[a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\]|\\\\[\\\\\"n])*\""
	number_form = "^-?[0-9]+([.][0-9]+)?$"
}

/[^ -~]/ { bad("an octet that is not printable ASCII") }
/^$/ { bad("an empty line"); next }

/^# HELP / {
	if ($3 !~ name_form || NF < 4) bad("no name or no text")
	if ($3 in helped) bad("helped twice")
	helped[$3] = 1
	current = $3
	next
}

/^# TYPE / {
	if ($3 != current || NF != 4 || $4 != "gauge") bad("not a TYPE of the metric above")
	if ($3 in typed) bad("typed twice")
	typed[$3] = 1
	next
}

/^#/ { bad("a comment"); next }

{
	rest = $0
	match(rest, /^[a-zA-Z0-9_:]*/)
	name = substr(rest, 1, RLENGTH)
	rest = substr(rest, RLENGTH + 1)
	if (name !~ name_form) bad("no name")
	if (name != current || !(name in typed)) bad("a sample apart from its metric")
	if (substr(rest, 1, 1) == "{") {
		rest = substr(rest, 2)
		split("", labels)
		while (match(rest, label_form)) {
			label = substr(rest, 1, index(rest, "=") - 1)
			if (label in labels) bad("a label twice")
			labels[label] = 1
			rest = substr(rest, RLENGTH + 1)
			if (substr(rest, 1, 1) != ",") break
			rest = substr(rest, 2)
		}
		if (substr(rest, 1, 1) != "}") bad("labels are not well formed")
		rest = substr(rest, 2)
	}
	if (substr(rest, 1, 1) != " " || substr(rest, 2) !~ number_form) bad("no number")
	series = substr($0, 1, length($0) - length(rest))
	if (series in seen) bad("a series twice")
	seen[series] = 1
	samples++
}

END {
	if (samples == 0) {
		print "no samples"
		failed = 1
	}
	exit failed
}
