# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154,SC2086,SC2034
# One tool at a time, in a guest that counts instructions: how many a call takes with
# the tool and without. tools=NAME,... on the kernel's command line: only these.
set -u
# shellcheck source=/dev/null
. ./counts.sh

# alone NAME [ARGUMENT]...
alone() {
	local name=$1 cost
	rm -f over "attached.$name"
	# A call that the tool comes too late for.
	echo 1 >$load/gate
	tool "$@"
	attached 600 "$name"
	echo 0 >$load/gate || not_ok "$name: the call that was there before came back right"
	echo 1 >$load/run
	is "$name: a run, all of it right" "$(did right) $(did wrong) $(did refused)" "435 0 96"
	echo 11 >$load/calls
	is "$name: and $((11 * 101)) calls" "$(did right) $(did wrong)" "$((11 * 101)) 0"
	cost=$(cat $load/calls)
	echo "# $name: $cost instructions for a call, $((cost - bare)) more," \
		"$((cost / bare)).$((cost * 10 / bare % 10)) times as many"
	sleep 3
	leave
	quiet "$name"
	"check_$name"
	gated "$name"
}

insmod hdt.ko
insmod hdt_trace_load.ko
echo 11 >$load/calls
bare=$(cat $load/calls)
echo "# no tool: $bare instructions for a call"
fast=$((103 + 11 * 101))
for name in $(echo "${tools:-$all}" | tr , ' '); do
	case $name in
	hdtslow) alone $name 100000 ;;
	*) alone $name ;;
	esac
done
echo 11 >$load/calls
that "and no more than before when all have gone" "$(cat $load/calls)" -le $((bare + bare / 50))
rmmod hdt_trace_load
rmmod hdt
echo "# the end"
