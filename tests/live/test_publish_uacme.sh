# SPDX-License-Identifier: ISC
# uacme against Pebble.
# shellcheck shell=sh disable=SC2154

. "$(dirname "$1")/publish.sh"
. "$(dirname "$1")/pebble.sh"
. "$(dirname "$1")/clients.sh"

matrix uacme
