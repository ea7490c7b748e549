# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154,SC2086,SC2034
# One tool at a time, in a guest that counts instructions: how many a call takes
# with the tool and without.
set -u
# shellcheck source=/dev/null
. ./counts.sh

# alone NAME [ARGUMENT]...
alone() {
	local name=$1 cost
	rm -f over "attached.$name"
	tool "$@"
	attached 600 "$name"
	echo 1 >$load/run
	is "$name: a run, all of it right" "$(did right) $(did wrong) $(did refused)" "435 0 96"
	echo 11 >$load/calls
	cost=$(cat $load/calls)
	echo "# $name: $cost instructions for a call, $((cost - bare)) more"
	sleep 3
	touch over
	wait
	is "$name lost no event" "$(lines "$name" 'Lost|ERROR')" 0
	"check_$name"
}

insmod hdt.ko
insmod hdt_trace_load.ko
echo 11 >$load/calls
bare=$(cat $load/calls)
echo "# no tool: $bare instructions for a call"
fast=$((103 + 11 * 101))
alone hdtlat
alone hdtslow 100000 traced
alone hdtsnoop
alone hdtstat
alone hdtfault traced
alone hdtlife
alone hdtstack
echo 11 >$load/calls
is "and as few as before when all have gone" "$(cat $load/calls)" "$bare"
rmmod hdt_trace_load
rmmod hdt
echo "# the end"
