# SPDX-License-Identifier: ISC
# lego against Pebble, in both modes.
# shellcheck shell=sh disable=SC2154

. "$(dirname "$1")/publish.sh"
. "$(dirname "$1")/pebble.sh"
. "$(dirname "$1")/clients.sh"

matrix lego lego_raw
