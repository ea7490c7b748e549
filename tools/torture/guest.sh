# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# The guest's side of tools/torture/run: the torture, and modules that come and
# go under it. By the kernel's command line come $seconds, $providers (1: load
# and unload modules), $hotplug (1: take a CPU away and bring it back), $params,
# which are hdt_torture's, separated by commas that stand for blanks, and $sets:
# directories, each with the modules of one mutant, as far as they are its own.
set -u

ok() { echo "ok - $1"; }
not_ok() {
	echo "not ok - $1"
	shift
	[ $# -eq 0 ] || echo "$*" | sed 's/^/#   /'
}
torture() { cat "/sys/module/hdt_torture/parameters/$1" 2>/dev/null; }
running() { [ "$(torture result)" = running ]; }

# load NAME [PARAMETERS]: the set's own, or everybody's
load() {
	local file=./$1.ko
	[ ! -e "$set/$1.ko" ] || file=$set/$1.ko
	shift
	./modctl load "$file" "$@"
}
unload() { ./modctl unload "$1"; }

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
	need "torture_heir_a loads" load torture_heir_a
	echo 1 >/sys/module/hdt_torture/parameters/heir
	while [ -e /tmp/go ]; do
		need "torture_heir_b loads" load torture_heir_b
		need "torture_heir_a unloads" unload torture_heir_a
		need "torture_heir_a loads" load torture_heir_a
		need "torture_heir_b unloads" unload torture_heir_b
		n=$((n + 2))
	done
	echo 0 >/sys/module/hdt_torture/parameters/heir
	need "torture_heir_a unloads" unload torture_heir_a
	echo "$n" >/tmp/heirs
}

others() {
	local n=0
	while [ -e /tmp/go ]; do
		need "torture_guest loads" load torture_guest
		need "torture_rude loads" load torture_rude
		need "torture_guest unloads" unload torture_guest
		need "torture_rude unloads" unload torture_rude
		[ "$(load torture_rude fail=1)" = ECANCELED ] || ! running ||
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

uptime_s() { cut -d. -f1 /proc/uptime; }
# wait_for SECONDS: until it ends by itself, or so long
wait_for() {
	local until=$(($(uptime_s) + $1))
	while running && [ "$(uptime_s)" -lt "$until" ]; do
		usleep 200000
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

# From loading hdt to unloading it; false if that was not possible.
session() {
	local result
	need "hdt loads" load hdt
	need "hdt_torture loads" load hdt_torture \
		"duration=0 $(echo "$params" | tr , ' ' | tr ';' ,)"
	dmesg | sed -n 's/.*hdt_torture: \(seed=\)/# \1/p'
	: >/tmp/go
	expedite &
	if [ "$providers" = 1 ] && [ "$(torture class)" != sleepable ]; then
		heirs &
		others &
	fi
	if [ "$hotplug" = 1 ]; then
		cpus &
	fi
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
	result=$(unload hdt_torture)
	if [ "$result $(unload hdt)" = "0 0" ]; then
		ok "nothing uses hdt in the end, and it unloads"
	else
		not_ok "nothing uses hdt in the end, and it unloads" "$result" "$(lsmod)"
		return 1
	fi
}

dmesg -n 5
if [ ! "${sets:-}" ]; then
	set=.
	session
	exit 0
fi
for set in $(echo "$sets" | tr , ' '); do
	dmesg -c >/dev/null
	echo "hdt-torture: $set begins" >/dev/kmsg
	echo "# begin $set"
	session || break
	echo "# end $set"
done
