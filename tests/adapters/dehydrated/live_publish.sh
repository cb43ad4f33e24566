# SPDX-License-Identifier: ISC
# dehydrated against Pebble, with and without HOOK_CHAIN. An order takes it thousands of processes, so there are few.
# shellcheck shell=sh disable=SC2154

. "$(dirname "$1")/../../live/publish.sh"
. "$(dirname "$1")/../../live/pebble.sh"
. "$(dirname "$1")/../../live/clients.sh"

matrix dehydrated:'exec.knot rfc2136.knot' dehydrated_chain:rfc2136.bind
