# SPDX-License-Identifier: ISC
# findings.awk FINDINGS.DEF MANUAL: the manual, with the list of findings as findings.def has them.
FNR == NR {
	if (split($0, part, "\"") >= 3 && /^FINDING\(/) {
		id = part[2]; code = part[4]; severities = part[6]; title = part[8]
		wants_title = title == ""
		if (!wants_title) add()
	} else if (wants_title && split($0, part, "\"") >= 3) {
		title = part[2]
		wants_title = 0
		add()
	}
	next
}
function add() { list = list ".It " id " Pq " code "\n" title ".\n.Pq " severities "\n" }
/^\.\\" From here on: make manual-findings$/ { print; print ".Bl -tag -width Ds"; printf "%s", list; print ".El"; skip = 1; next }
/^\.\\" Up to here\.$/ { skip = 0 }
!skip
