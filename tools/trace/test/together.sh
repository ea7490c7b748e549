# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154,SC2086,SC2034
# Every tool at once, attached to a running workload, with a call in progress
# whenever one of them comes or goes.
set -u
# shellcheck source=/dev/null
. ./counts.sh

insmod hdt.ko
insmod hdt_trace_load.ko
echo 1 >$load/nap
echo 1 >$load/busy
for name in hdtlat hdtstat hdtstack hdtlife; do tool $name; done
for name in hdtsnoop hdtfault; do tool $name traced; done
tool hdtslow 100000 traced
# The cookbook's command, by one who wants to know which of twenty handlers is slow.
insmod hdt_demo_city.ko
# shellcheck disable=SC2046
bpftrace -c "/bin/busybox sh hold.sh cookbook" $(cat cookbook) >/out/cookbook.log 2>&1 &
attached 2000 $all cookbook

echo 1 >/sys/module/hdt_demo_city/parameters/traffic
echo 1 >$load/run
is "a run was made, all of it right" "$(did "done") $(did right) $(did wrong) $(did refused)" "1 435 0 96"
is "29 calls came on one CPU and went on the other" "$(did migrated)" 29
sleep 3			# until hdtstat has shown the second
touch over
wait
echo 0 >$load/nap
echo 0 >$load/busy
echo 0 >/sys/module/hdt_demo_city/parameters/traffic
that "there was a call in progress when the tools came and when they went" "$(did naps)" -gt 1
is "and all of these were right" "$(did naps_wrong)" 0
that "calls from both CPUs went on meanwhile" "$(did busy)" -gt 1000
is "and none of them was lost or wrong" "$(did busy_wrong)" 0

for name in $all; do
	quiet $name
	"check_$name"
done
that "hdtsnoop: at most one call of which it saw only the end" \
	"$(lines hdtsnoop ' +ok +0 traced ')" -le 1
that "hdtlat: the calls in progress when it came and went are no more than there were" \
	"$(hist hdtlat '@nsecs[traced, nap]')" -le "$(did naps)"
is "hdtfault: nothing else" "$(lines hdtfault '^[0-9]')" $((53 + 17 + 7))
that "hdtlat: the busy calls" "$(hist hdtlat '@nsecs[busy, busy]')" -gt 0
is "the cookbook's command names the slow one of twenty" \
	"$(sed -n 's/^@slow\[city, \(.*\)]: .*/\1/p' /out/cookbook.log | tail -n 1)" \
	"$(cat /sys/module/hdt_demo_city/parameters/answer)"
rmmod hdt_demo_city
rmmod hdt_trace_load
rmmod hdt
is "all modules are gone" "$(lsmod | grep -c '^hdt')" 0
echo "# the end"
