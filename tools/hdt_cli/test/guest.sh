# SPDX-License-Identifier: GPL-2.0-only
# In the guest: have each handler refused, so that the log tells the hashes.
# shellcheck shell=dash
set -eu
insmod hdt.ko
insmod stranger.ko
insmod several.ko
echo >/sys/module/stranger/parameters/go
dmesg | sed -n 's/.*hdt: *expected: //p'
