#!/bin/sh
# SPDX-License-Identifier: ISC
# What the shells complete, asked of the shells themselves.
. "$(dirname "$0")/lib.sh"
for shell in bash zsh fish; do
	run 0 "$PROGRAM" completion $shell
	silent
	cp "$TMP/out" "$TMP/$shell"
done
run 64 "$PROGRAM" completion
run 64 "$PROGRAM" completion tcsh
says 'completion takes bash, zsh or fish'
# Every option and command that --help has.
run 0 "$PROGRAM" --help
grep -o -- '--[a-z0-9][a-z0-9-]*' "$TMP/out" | sort -u >"$TMP/options"
[ "$(wc -l <"$TMP/options")" -gt 40 ] || fail "few options"
# Two of one place in --help would hide one.
for file in "$top"/hook/cmd/*.c; do
	command=$(basename "$file" .c)
	grep -q "^ *\(usage: \)*dns01gate $command" "$TMP/out" || fail "--help does not have $command"
	grep -q "[ \"(]$command[ \")]" "$TMP/bash" || fail "completion does not have $command"
done
mkdir "$TMP/folder"
: >"$TMP/file.json"
cd "$TMP"

# ---- bash -------------------------------------------------------------------------------------------

cat >"$TMP/ask" <<'EOF'
. "$TMP/bash"
complete -p dns01gate >&2
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_dns01gate
printf '%s\n' "${COMPREPLY[@]}"
EOF
export TMP
bash_gives() { # WANTED WORD...
	wanted=$1
	shift
	run 0 bash "$TMP/ask" dns01gate "$@"
	says 'complete -F _dns01gate dns01gate'
	[ "$(sort "$TMP/out" | tr '\n' ' ')" = "$wanted" ] || fail "bash gives for $*"
}
bash_gives '--trust-anchor ' --trust
bash_gives 'generic ' wait --ca gen
bash_gives 'fail proceed ' --on-timeout ''
bash_gives 'file.json ' --report fil
bash_gives 'folder ' --state-dir fo
bash_gives 'off ' --history of
bash_gives 'readiness ' read
bash_gives 'validate ' val
run 0 bash "$TMP/ask" dns01gate --
while read -r option; do grep -qx -e "$option" "$TMP/out" || fail "bash does not know $option"; done <"$TMP/options"

# ---- fish -------------------------------------------------------------------------------------------

fish_gives() { # WANTED LINE
	run 0 env HOME="$TMP" fish --no-config -c "source $TMP/fish; complete -C '$2'"
	[ "$(cut -f1 "$TMP/out" | sort | tr '\n' ' ')" = "$1" ] || fail "fish gives for $2"
}
fish_gives '--trust-anchor ' 'dns01gate --trust'
fish_gives 'generic letsencrypt strict ' 'dns01gate wait --ca '
fish_gives 'file.json ' 'dns01gate --report fil'
fish_gives 'readiness ' 'dns01gate readi'
run 0 env HOME="$TMP" fish --no-config -c "source $TMP/fish; complete -C 'dns01gate --'"
while read -r option; do cut -f1 "$TMP/out" | grep -qx -e "$option" || fail "fish does not know $option"; done <"$TMP/options"
grep -q "^--veto	when certbot's record" "$TMP/out" || fail "fish tells no help"

# ---- zsh, at a terminal -----------------------------------------------------------------------------

mkdir "$TMP/functions"
cp "$TMP/zsh" "$TMP/functions/_dns01gate"
cat >"$TMP/.zshrc" <<EOF
PS1='ready> '
fpath=($TMP/functions \$fpath)
autoload -Uz compinit
compinit -u -d $TMP/dump
EOF
socket=$TMP/tmux
shown() {
	tmux -S "$socket" capture-pane -p
}
wait_shown() { # TEXT
	for _ in $(seq 200); do
		if shown | grep -q -e "$1"; then return 0; fi
		sleep 0.05
	done
	shown
	tmux -S "$socket" kill-server || true
	fail "zsh does not show: $1"
}
tmux -f /dev/null -S "$socket" new-session -d -x 150 -y 40 "env -i HOME=$TMP ZDOTDIR=$TMP PATH=$PATH TERM=screen zsh"
wait_shown 'ready>'
tmux -S "$socket" send-keys 'dns01gate --trust' Tab
wait_shown 'dns01gate --trust-anchor'
tmux -S "$socket" send-keys C-u 'dns01gate wait --ca gen' Tab
wait_shown 'dns01gate wait --ca generic'
tmux -S "$socket" send-keys C-u 'dns01gate readi' Tab
wait_shown 'dns01gate readiness'
tmux -S "$socket" send-keys C-u 'dns01gate --report fil' Tab
wait_shown 'dns01gate --report file.json'
tmux -S "$socket" kill-server
