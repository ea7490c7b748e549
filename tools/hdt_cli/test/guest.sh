# SPDX-License-Identifier: GPL-2.0-only
# In the guest: have each handler refused, so that the log tells the hashes; and
# have the command look at what there is.
# shellcheck shell=dash
set -eu
insmod hdt.ko
insmod stranger.ko
insmod several.ko
echo >/sys/module/stranger/parameters/go
dmesg | sed -n 's/.*hdt: *expected: //p'
insmod bytes.ko
python3 guest.py tool/hdt >/out/results
rmmod bytes
