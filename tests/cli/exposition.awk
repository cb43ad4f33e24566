# SPDX-License-Identifier: ISC
# Complains about what is not strictly the text format that Prometheus reads: a HELP and a TYPE line before the
# samples of a metric, which stand together; names, labels, escapes and numbers of the right form; no series twice; the
# buckets of a histogram in order, up to +Inf, which is its count.
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
	if ($3 != current || NF != 4 || $4 !~ /^(gauge|counter|histogram)$/) bad("not a TYPE of the metric above")
	if ($3 in typed) bad("typed twice")
	typed[$3] = $4
	if ($4 == "counter" && $3 !~ /_total$/) bad("a counter that is no total")
	next
}

/^#/ { bad("a comment"); next }

{
	rest = $0
	match(rest, /^[a-zA-Z0-9_:]*/)
	name = substr(rest, 1, RLENGTH)
	rest = substr(rest, RLENGTH + 1)
	if (name !~ name_form) bad("no name")
	part = typed[current] == "histogram" ? substr(name, length(current) + 1) : ""
	if (name != current part || !(current in typed)) bad("a sample apart from its metric")
	if (typed[current] == "histogram" && part !~ /^_(bucket|sum|count)$/) bad("no part of a histogram")
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
	if (part == "_bucket") {
		limit = $0
		if (!sub(/.*[,{]le="/, "", limit)) bad("a bucket without a limit")
		sub(/".*/, "", limit)
		ended = limit == "+Inf"
		if (limits++ && !ended && limit + 0 <= last + 0 || rest + 0 < most) bad("a bucket out of order")
		last = limit
		most = rest + 0
	} else if (part != "") {
		if (!ended) bad("no bucket of all")
		if (part == "_count" && rest + 0 != most) bad("a count that is not that of the buckets")
		if (part == "_count") limits = most = ended = 0
	}
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
