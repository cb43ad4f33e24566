# SPDX-License-Identifier: ISC
# lego against Pebble, in both modes.
# shellcheck shell=sh disable=SC2154

. "$(dirname "$1")/../../live/publish.sh"
. "$(dirname "$1")/../../live/pebble.sh"
. "$(dirname "$1")/../../live/clients.sh"

matrix lego lego_raw
