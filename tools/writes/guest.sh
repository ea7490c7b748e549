# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# What tools/writes/run runs in the guest.
set -eu

# The size of a CPU's area; lost from the log by the time the module is loaded.
dmesg | grep -o 'percpu: Embedded .*'
insmod ./hdt.ko
dmesg -c >/dev/null
insmod ./hdt_writes.ko && rc=0 || rc=$?
dmesg | grep -o 'hdt_writes: .*'
cp /proc/kallsyms /out/kallsyms
exit "$rc"
