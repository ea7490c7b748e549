# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# The guest's side of tools/torture/run: the torture, and modules that come and
# go under it. By the kernel's command line come $seconds, $providers (1: load
# and unload modules), $hotplug (1: take a CPU away and bring it back) and
# $params, which are hdt_torture's, separated by commas that stand for blanks.
set -u

ok() { echo "ok - $1"; }
not_ok() {
	echo "not ok - $1"
	shift
	[ $# -eq 0 ] || echo "$*" | sed 's/^/#   /'
}
torture() { cat "/sys/module/hdt_torture/parameters/$1" 2>/dev/null; }
running() { [ "$(torture result)" = running ]; }

# need WHAT COMMAND...: modctl prints 0 or an errno
need() {
	local what=$1 result
	shift
	result=$("$@")
	# When the torture has ended, its tables are gone.
	[ "$result" = 0 ] || { [ "$result" = ENOENT ] && ! running; } || not_ok "$what" "$result"
}

# One after the other takes the key over; there is always one that has it.
heirs() {
	local n=0
	need "torture_heir_a loads" ./modctl load torture_heir_a.ko
	echo 1 >/sys/module/hdt_torture/parameters/heir
	while [ -e /tmp/go ]; do
		need "torture_heir_b loads" ./modctl load torture_heir_b.ko
		need "torture_heir_a unloads" ./modctl unload torture_heir_a
		need "torture_heir_a loads" ./modctl load torture_heir_a.ko
		need "torture_heir_b unloads" ./modctl unload torture_heir_b
		n=$((n + 2))
	done
	echo 0 >/sys/module/hdt_torture/parameters/heir
	need "torture_heir_a unloads" ./modctl unload torture_heir_a
	echo "$n" >/tmp/heirs
}

others() {
	local n=0
	while [ -e /tmp/go ]; do
		need "torture_guest loads" ./modctl load torture_guest.ko
		need "torture_rude loads" ./modctl load torture_rude.ko
		need "torture_guest unloads" ./modctl unload torture_guest
		need "torture_rude unloads" ./modctl unload torture_rude
		[ "$(./modctl load torture_rude.ko fail=1)" = ECANCELED ] || ! running ||
			not_ok "an init that fails, fails"
		n=$((n + 3))
	done
	echo "$n" >/tmp/others
}

# Grace periods as quick as can be, and as they are.
expedite() {
	while [ -e /tmp/go ]; do
		echo 1 >/sys/kernel/rcu_expedited
		sleep 3
		echo 0 >/sys/kernel/rcu_expedited
		sleep 1
	done
}

cpus() {
	local cpu=/sys/devices/system/cpu/cpu1/online
	while [ -e /tmp/go ]; do
		sleep 1
		echo 0 >$cpu
		usleep 300000
		echo 1 >$cpu
	done
}

dmesg -n 5
need "hdt loads" ./modctl load hdt.ko
need "hdt_torture loads" ./modctl load hdt_torture.ko \
	"duration=0 $(echo "$params" | tr , ' ' | tr ';' ,)"
dmesg | sed -n 's/.*hdt_torture: \(seed=\)/# \1/p'
: >/tmp/go
expedite &
if [ "$providers" = 1 ] && [ -e /sys/module/hdt_torture/parameters/heir ]; then
	heirs &
	others &
fi
if [ "$hotplug" = 1 ]; then
	cpus &
fi
uptime_s() { cut -d. -f1 /proc/uptime; }
# wait_for SECONDS: until it ends by itself, or so long
wait_for() {
	local until=$(($(uptime_s) + $1))
	while running && [ "$(uptime_s)" -lt "$until" ]; do
		usleep 200000
	done
}
wait_for "$seconds"
rm /tmp/go
wait
echo 1 >/sys/module/hdt_torture/parameters/stop
# It is patient with its threads for a minute, and so is this.
wait_for 90

result=$(torture result)
echo "# SUMMARY $(torture summary)"
dmesg | sed -n 's/.*hdt_torture: \(End of test\)/# \1/p'
[ ! -e /tmp/heirs ] || echo "# modules that took over: $(cat /tmp/heirs), others loaded: $(cat /tmp/others)"
dmesg | sed -n 's/.*hdt_torture: \(first=\|ERROR\)/# \1/p' | head -n 20
if [ "$result" = SUCCESS ]; then
	ok "the torture's oracle has nothing to say"
else
	not_ok "the torture's oracle has nothing to say" "$result"
fi
if [ "$(dmesg | grep -c 'hdt_torture: ERROR')" = 0 ]; then
	ok "nor have the modules"
else
	not_ok "nor have the modules"
fi
result=$(./modctl unload hdt_torture)
if [ "$result $(./modctl unload hdt)" = "0 0" ]; then
	ok "nothing uses hdt in the end, and it unloads"
else
	not_ok "nothing uses hdt in the end, and it unloads" "$result" "$(lsmod)"
fi
