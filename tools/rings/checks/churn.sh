# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Providers come and go, thousands of times, under calls from every CPU; in the
# end hdt itself goes, and comes back.

expedite 1
need load ring_table
need load ring_caller
need load ring_provider
slab_before=$(awk '/^SUnreclaim/ { print $2 }' /proc/meminfo)
need unload ring_provider
callers_start "2,19,116"
result=$(./modctl cycle "$cycles" "$seconds" \
	ring_provider.ko ring_provider.ko ring_provider.ko ring_forgetful.ko)
done=$(value cycles "$result")
that "providers came and went ${done:-0} times in $(value seconds "$result") s" "${done:-0}" -gt 20
callers_end "no call failed otherwise than by ENOENT, ESTALE, ENODEV"
slab_after=$(awk '/^SUnreclaim/ { print $2 }' /proc/meminfo)
that "memory did not grow much: $slab_before to $slab_after KB" $((slab_after - slab_before)) -lt 3000
need unload ring_caller
need unload ring_table

is "hdt is unloaded" "$(unload hdt)" 0
is "and loaded again" "$(load hdt)" 0
need load ring_table
need load ring_provider
need load ring_caller
is "and works as before" "$(probe alpha) $(probe omega)" "0 -2"
need unload ring_caller
need unload ring_provider
need unload ring_table
expedite 0
