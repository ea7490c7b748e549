# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# The guest's words for checks. They run under busybox sh; $ring is the ring's
# name, $pace how long a ring's traffic lasts, in milliseconds.

parameters=/sys/module/%s/parameters/%s
parameter() {
	# shellcheck disable=SC2059
	printf "$parameters" "$1" "$2"
}

ok() { echo "ok - $ring: $1"; }
not_ok() {
	echo "not ok - $ring: $1"
	shift
	[ $# -eq 0 ] || echo "$*" | sed 's/^/#   /'
}

# is WHAT GOT EXPECTED
is() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "expected '$3', got '$2'"
	fi
}

# that WHAT GOT -OPERATOR NUMBER, as in: that "calls went through" "$n" -gt 0
that() {
	if [ "$2" ] && test "$2" "$3" "$4"; then
		ok "$1"
	else
		not_ok "$1" "expected something $3 $4, got '$2'"
	fi
}

load() {
	local name=$1
	shift
	./modctl load "$name.ko" "$*"
}

unload() { ./modctl unload "$@"; }

# What has to work for the ring to go on.
need() {
	local result
	result=$("$@")
	[ "$result" = 0 ] || not_ok "$*" "$result"
}

snooze() { usleep "$(($1 * 1000))"; }

# value NAME TEXT: the value in its line NAME=value
value() { printf '%s\n' "$2" | sed -n "s/^$1=//p"; }

# log_count REGEX: lines of the kernel's log since log_mark
log_mark() { dmesg -c >/dev/null; }
log_count() { dmesg | grep -Ec -- "$1"; }

# ---- traffic from every CPU ---------------------------------------------------

# callers_start ERRNO,...: these are no failure
callers_start() {
	echo "$1" >"$(parameter ring_caller allow)"
	echo 1 >"$(parameter ring_caller run)"
}

callers_stop() { echo 0 >"$(parameter ring_caller run)"; }
stats() { cat "$(parameter ring_caller stats)"; }
stat() { value "$1" "$(stats)"; }

# probe KEY: the outcome of one call
probe() {
	echo "$1" >"$(parameter ring_caller probe)"
	cat "$(parameter ring_caller probe)"
}

# calls_flow WHAT: all callers have calls that succeed, from now on
calls_flow() {
	local before after tries=0
	before=$(stat least)
	after=$before
	while [ "$after" -le "$before" ] && [ $tries -lt 100 ]; do
		snooze 20
		after=$(stat least)
		tries=$((tries + 1))
	done
	that "$1" "$after" -gt "$before"
}

# callers_end WHAT: no call went otherwise than allowed
callers_end() {
	local s
	callers_stop
	s=$(stats)
	if [ "$(value bad "$s")" = 0 ] && [ "$(value least "$s")" -gt 0 ]; then
		ok "$1 ($(value ok "$s") calls ran, $(value refused "$s") refused)"
	else
		not_ok "$1" "$s"
	fi
}

# ---- modules that are a test --------------------------------------------------

# run MODULE NUMBER [PARAMETER=VALUE]...: leaves what it found in $found
run() {
	local name=$1 number=$2
	shift 2
	found=''
	need load "$name" "$@"
	echo "$number" >"$(parameter "$name" run)" || not_ok "$name runs"
	found=$(cat "$(parameter "$name" results)")
	need unload "$name"
}
of() { value "$1" "$found"; }

# Grace periods as quick as can be, or as they are: 1 or 0
expedite() { echo "$1" >/sys/kernel/rcu_expedited; }

uptime_s() { cut -d. -f1 /proc/uptime; }
began=$(uptime_s)

# Nothing is left of a ring but hdt, unused.
ring_end() {
	is "all modules are unloaded, and nothing uses hdt" \
		"$(lsmod | awk '/^(ring_|hdt)/ { print $1, $3 }' | xargs)" "hdt 0"
	echo "# end of ring $ring, $(($(uptime_s) - began)) s"
}
