#!/usr/bin/env sh
# shellcheck disable=SC2034
dns_dns01gate_info='dns01gate
 Publishes with another DNS API of acme.sh or by dynamic update, then waits until every authoritative server shows the
 record.
Options:
 Dns01gate_Provider The DNS API that publishes, such as dns_nsupdate.
 Dns01gate_Rfc2136 Or: the file that tells how to publish by dynamic update.
 Dns01gate_Program The program. Default "dns01gate".
 Dns01gate_Options Its options. Default none.
 Dns01gate_Strict 1: fail when the record does not become visible. Default 0.
'

# Usage, with this file in ~/.acme.sh/dnsapi/:
#
#   export Dns01gate_Provider=dns_nsupdate             or, without another API:
#   export Dns01gate_Rfc2136=/etc/dns01gate/rfc2136.json
#   acme.sh --issue --dns dns_dns01gate --dnssleep 0 -d example.com -d '*.example.com'
#
# --dnssleep 0 switches off acme.sh's own check, which asks one public resolver, too early. acme.sh keeps
# that number for renewals, and this file keeps its settings.
#
# When an add fails, acme.sh triggers all pending challenges at the CA to flush them, which costs failed
# validations. So a record that does not become visible in time is said, and the add succeeds all the
# same, unless Dns01gate_Strict is 1.

# Usage: dns_dns01gate_add _acme-challenge.www.example.com "value"
dns_dns01gate_add() {
	_dns01gate_load || return 1
	if [ -z "$Dns01gate_Rfc2136" ]; then
		"${Dns01gate_Provider}_add" "$1" "$2" || return 1
		_info "Waiting with $Dns01gate_Program until every server shows $1"
		_dns01gate wait -- "$1" "$2" && return 0
	else
		_info "Publishing with $Dns01gate_Program, and waiting until every server shows $1"
		_dns01gate --rfc2136 "$Dns01gate_Rfc2136" present "$1" "$2" && return 0
	fi
	_dns01gate_status=$?
	_err "$Dns01gate_Program ended with status $_dns01gate_status for $1"
	if [ -n "$Dns01gate_Rfc2136" ]; then
		# 4, 64: it could not be published.
		case $_dns01gate_status in 4 | 64) return 1 ;; esac
		# acme.sh takes away only what was added.
		[ "$Dns01gate_Strict" != 1 ] || _dns01gate --rfc2136 "$Dns01gate_Rfc2136" cleanup "$1" "$2"
	fi
	[ "$Dns01gate_Strict" != 1 ]
}

# Usage: dns_dns01gate_rm _acme-challenge.www.example.com "value"
dns_dns01gate_rm() {
	_dns01gate_load || return 1
	if [ -z "$Dns01gate_Rfc2136" ]; then
		"${Dns01gate_Provider}_rm" "$1" "$2" || return 1
		# So that the next order of the name waits no longer than it must.
		_dns01gate cleanup "$1" "$2"
	else
		_dns01gate --rfc2136 "$Dns01gate_Rfc2136" cleanup "$1" "$2"
	fi
}

# The options are words for the program.
_dns01gate() {
	# shellcheck disable=SC2086
	"$Dns01gate_Program" $Dns01gate_Options "$@"
}

# Settings, kept in the account's file; and the other API's functions.
_dns01gate_load() {
	# Who is set now publishes; without either, who was saved.
	if [ -z "$Dns01gate_Provider" ]; then
		Dns01gate_Rfc2136="${Dns01gate_Rfc2136:-$(_readaccountconf_mutable Dns01gate_Rfc2136)}"
	fi
	Dns01gate_Provider="${Dns01gate_Provider:-$(_readaccountconf_mutable Dns01gate_Provider)}"
	Dns01gate_Program="${Dns01gate_Program:-$(_readaccountconf_mutable Dns01gate_Program)}"
	Dns01gate_Options="${Dns01gate_Options:-$(_readaccountconf_mutable Dns01gate_Options)}"
	Dns01gate_Strict="${Dns01gate_Strict:-$(_readaccountconf_mutable Dns01gate_Strict)}"
	if [ -z "$Dns01gate_Provider$Dns01gate_Rfc2136" ]; then
		_err "Set Dns01gate_Provider to the DNS API that publishes, such as dns_nsupdate, or Dns01gate_Rfc2136."
		return 1
	fi
	[ -n "$Dns01gate_Program" ] || Dns01gate_Program=dns01gate
	[ -n "$Dns01gate_Strict" ] || Dns01gate_Strict=0
	_saveaccountconf_mutable Dns01gate_Provider "$Dns01gate_Provider"
	_saveaccountconf_mutable Dns01gate_Rfc2136 "$Dns01gate_Rfc2136"
	_saveaccountconf_mutable Dns01gate_Program "$Dns01gate_Program"
	_saveaccountconf_mutable Dns01gate_Options "$Dns01gate_Options"
	_saveaccountconf_mutable Dns01gate_Strict "$Dns01gate_Strict"
	[ -z "$Dns01gate_Rfc2136" ] || return 0
	# "d" is acme.sh's own variable for the domain it is at; the search looks beside it too.
	# shellcheck disable=SC2154
	_dns01gate_file="$(_findHook "$d" dnsapi "$Dns01gate_Provider")"
	if [ -z "$_dns01gate_file" ]; then
		_err "DNS API $Dns01gate_Provider was not found."
		return 1
	fi
	# shellcheck disable=SC1090
	. "$_dns01gate_file"
}
