# SPDX-License-Identifier: GPL-2.0-only
# The demo, as the guest runs it: every step is shown, and has to come out right.
# shellcheck shell=dash
set -eu

calls=100000 traced=6000 forged=1000000

step=0
step() {
	step=$((step + 1))
	printf '\n%d. %s\n\n' $step "$*"
}

# What the kernel's log has got since the last look, without times.
kernel_says() {
	dmesg -c | sed -n '/taint/d; s/^\[[ 0-9.]*\] \(hdt.*\)/   | \1/p'
}

fail() {
	kernel_says
	echo
	echo "   WRONG: $*"
	exit 1
}

# show COMMAND: what a person would type, and what the kernel says to it.
show() {
	echo "   # $1"
	eval "$1" || fail "'$1' failed"
	kernel_says
}

# refused ERRNO COMMAND PATTERN...: must fail, and be reported in these words.
refused() {
	local error="$1" command="$2" log pattern
	shift 2
	echo "   # $command"
	if (eval "$command") 2>/dev/null; then
		fail "this should have been refused"
	fi
	log=$(kernel_says)
	echo "$log"
	for pattern; do
		echo "$log" | grep -q -e "$pattern" || fail "the report lacks '$pattern'"
	done
	echo "$log" | grep -q -e "refused: .*($error)" || fail "expected a report of $error"
}

counted() {
	[ "$(cat consumer/"$1")" = "$2" ] || fail "$1 counts $(cat consumer/"$1"), not $2"
}

# Tools take seconds to start under an emulated CPU: they do so while other things happen.
# watch TOOL [ARGUMENT]...: from soon on, in the background
watch() {
	local tool="$1"
	shift
	cat >"$tool.sh" <<-EOF
		touch $tool.attached
		while [ ! -e $tool.over ]; do usleep 50000; done
	EOF
	bpftrace -c "/bin/busybox sh $tool.sh" "$tool.bt" "$@" >"$tool.log" 2>&1 &
	echo $! >"$tool.pid"
}

# watching TOOL: wait until it is attached
watching() {
	while [ ! -e "$1.attached" ]; do
		kill -0 "$(cat "$1.pid")" 2>/dev/null || fail "$1.bt: $(cat "$1.log")"
		usleep 50000
	done
}

# watched TOOL: end it, and wait until it has printed all
watched() {
	touch "$1.over"
	wait "$(cat "$1.pid")" || fail "$1.bt: $(cat "$1.log")"
}

# What a tool printed, without runs of empty lines.
printed() { awk 'NF || !blank { print "   " $0 } { blank = !NF }'; }

dmesg -c >/dev/null
echo "This is Linux $(uname -r), booted for this demo. No handler knows its callers, and no"
echo "caller its handlers: they share string keys, and the types in hdt_demo.h."

step "Load hdt, the consumer (it creates the table \"demo\") and the provider (six keys)"
show "insmod hdt.ko"
show "insmod hdt_demo_consumer.ko"
show "insmod hdt_demo_provider.ko"
show "ln -s /sys/module/hdt_demo_consumer/parameters consumer"
show "echo GET:/about >consumer/call"
show "insmod hdt_demo_city.ko"
ln -s /sys/module/hdt_demo_city/parameters city
watch hdtlat demo
watch hdtslow 10000 city
watch hdtfault

step "Dispatch: ints, struct pointers, six parameters, none, no return value; all results checked"
show "echo $calls >consumer/by_key"
show "echo $calls >consumer/by_handle"
counted by_key $calls
counted by_handle $calls

step "How long do the handlers take? (Under an emulated CPU: the tool counts, not the times)"
echo "   # hdtlat.bt demo"
watching hdtlat
show "echo $traced >consumer/by_key"
show "echo $traced >consumer/by_handle"
watched hdtlat
printed <hdtlat.log
for key in GET:/ GET:/about add volume account clock; do
	seen=$(awk -v head="@nsecs[demo, $key]:" '
		index($0, head) == 1 { on = 1; next }
		/^$|^@/ { on = 0 }
		on { sub(/^[^])]*[])]/, ""); n += $1 }
		END { print n + 0 }' hdtlat.log)
	[ "$seen" = $((2 * traced / 6)) ] ||
		fail "the histogram of $key has $seen calls, not $((2 * traced / 6))"
done

step "Twenty handlers are called all the time, and one of them is slow. Which?"
echo "   # hdtslow.bt 10000 city"
watching hdtslow
show "echo 1 >city/traffic"
sleep 2
show "echo 0 >city/traffic"
watched hdtslow
# Of those it printed, one.
awk '/^[0-9]/ { nr++ } nr < 2 || /^@/' hdtslow.log | printed
show "cat city/answer"
named=$(sed -n 's/^@slow.city, \(.*\)]: .*/\1/p' hdtslow.log | tail -n 1)
[ "$named" = "$(cat city/answer)" ] || fail "hdtslow.bt names '$named'"
rmmod hdt_demo_city
watching hdtfault

step "Refused: a key that nobody registered"
refused -ENOENT "echo GET:/nowhere >consumer/call" 'no such key' 'key "GET:/nowhere"'

step "Refused: a caller whose header declares \"add\" in another way"
show "insmod hdt_demo_stranger.ko"
refused -EPROTOTYPE "echo 1 >/sys/module/hdt_demo_stranger/parameters/add" \
	'expected: int demo_add(int a, int b)' 'found: *long demo_add(long a, long b)'
show "rmmod hdt_demo_stranger"

step "Refused: a handle that outlived its handler"
show "echo 1 >consumer/keep_handles"
show "echo 1 >consumer/call_kept"
show "rmmod hdt_demo_provider"
refused -ESTALE "echo 1 >consumer/call_kept" 'stale handle'
echo "   The provider comes back; new handles work, the old ones stay stale:"
show "insmod hdt_demo_provider.ko"
show "echo 600 >consumer/by_handle"
refused -ESTALE "echo 1 >consumer/call_kept" 'stale handle'

step "Who was refused, what, and why, in one list"
echo "   # hdtfault.bt"
watched hdtfault
printed <hdtfault.log
for count in "no such key]: 1" "signature differs]: 1" "stale handle]: 2"; do
	grep -qF "@refused[demo, $count" hdtfault.log || fail "hdtfault.bt does not count '$count'"
done

step "Refused: $forged made-up handles, random 64-bit numbers"
said=$(show "echo $forged >consumer/forge") || { echo "$said"; exit 1; }
echo "$said" | sed -n '1,5p; / hdt_demo_consumer: /p'
counted forge $forged

step "Unload everything"
show "rmmod hdt_demo_provider"
show "rmmod hdt_demo_consumer"
show "rmmod hdt"
echo
echo "$((calls + traced)) calls by key, $((calls + traced + 600)) by handle, a histogram for each of 6 keys," \
	"4 kinds of refusal, $forged forged handles" >/out/summary
