# SPDX-License-Identifier: ISC
# dehydrated against Pebble, with and without HOOK_CHAIN.
# shellcheck shell=sh disable=SC2154

. "$(dirname "$1")/publish.sh"
. "$(dirname "$1")/pebble.sh"
. "$(dirname "$1")/clients.sh"

matrix dehydrated dehydrated_chain
