# SPDX-License-Identifier: ISC
# dehydrated against Pebble, with and without HOOK_CHAIN.
# shellcheck shell=sh disable=SC2154

. "$(dirname "$1")/../../live/publish.sh"
. "$(dirname "$1")/../../live/pebble.sh"
. "$(dirname "$1")/../../live/clients.sh"

matrix dehydrated dehydrated_chain
