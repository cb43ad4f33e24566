# SPDX-License-Identifier: ISC
# uacme against Pebble.
# shellcheck shell=sh disable=SC2154

. "$(dirname "$1")/../../live/publish.sh"
. "$(dirname "$1")/../../live/pebble.sh"
. "$(dirname "$1")/../../live/clients.sh"

matrix uacme
