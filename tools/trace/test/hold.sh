# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# bpftrace runs this once it is attached, and ends when this does.
touch "attached.$1"
while [ ! -e over ]; do usleep 50000; done
