# SPDX-License-Identifier: ISC
# One cell: what each fresh Unbound took, a line each, in the first file, and each run of the gate, "EXIT SECONDS FINDINGS [LIE]",
# in the second. Prints a line that begins with "ok" or "FAILED".

FILENAME ~ /unbound$/ {
	starts++
	if ($0 ~ /^[0-9]/)
		took[++n] = $0 + 0
	else
		why = $0
	next
}

{
	runs = runs sprintf(" %s:%s", $1, $2)
	if ($3 ~ /^F-/)
		found = found " " $3
	if ($NF == "LIE" || ($1 == 0 && expect == "never"))
		bad = bad ", opened falsely"
	if (expect == "environment" ? $1 != 3 : $1 > 1)
		bad = bad ", exit " $1
	if ($1 != 0)
		unopened = 1
	else if ($2 > slowest)
		slowest = $2
}

END {
	for (i = 1; i <= n; i++)
		for (k = i + 1; k <= n; k++)
			if (took[k] < took[i]) {
				swap = took[i]
				took[i] = took[k]
				took[k] = swap
			}
	limit = 2 * took[n] + slack
	# Where one start in ten of Unbound fails, a CA's would.
	if (expect == "open" && n > 0 && n >= 0.9 * starts && (unopened || slowest > limit))
		bad = bad ", late"
	printf "%-6s %-15s Unbound %2d of %d, median %5.2f, slowest %5.2f; gate, at most %5.2f:%s%s%s%s\n",
		bad == "" ? "ok" : "FAILED", cell, n, starts, took[int((n + 1) / 2)], took[n], limit, runs,
		substr(bad, 2), found == "" ? "" : ";" found, why == "" ? "" : "; Unbound " why
}
