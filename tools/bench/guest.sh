# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# What tools/bench/guest.py runs in the guest. hdt_bench measures while it loads.
set -eu

insmod ./hdt.ko
insmod ./hdt_bench_handlers.ko
dmesg -c >/dev/null
insmod ./hdt_bench.ko @parameters@ && rc=0 || rc=$?
dmesg
exit "$rc"
