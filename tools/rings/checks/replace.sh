# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Replacing under traffic, within a module and from module to module (G1, G2).

expedite 1
for sleepable in 0 1; do
	class=atomic
	[ $sleepable = 0 ] || class=sleepable
	run ring_replace "$pace" sleepable=$sleepable
	is "$class: no call misses during $(of replaced) replacements" "$(of error) $(of bad)" "0 0"
	that "$class: every CPU called, $(of ok) times" "$(of least)" -gt 0
	is "$class: entry and ctx are never mixed" "$(of mixed)" 0
	is "$class: no call is in the old handler after a waiting replacement" "$(of late)" 0
	is "$class: a version that is over is never accepted" "$(of accepted)" 0
done
run ring_replace 200 torn=1
that "a mixed pair would be noticed" "$(of mixed)" -gt 0
run ring_replace 200 early=1
that "a late call would be noticed" "$(of late)" -gt 0

run ring_version "$pace"
is "compare-and-replace from every CPU: no call or replacement failed but by ESTALE" \
	"$(of error) $(of bad)" "0 0"
is "and none was lost of $(of counted)" "$(of lost)" 0
that "though $(of stale) came too late" "$(of stale)" -gt 0
run ring_version 200 any=1
that "a lost one would be noticed" "$(of lost)" -gt 0

expedite 0
need load ring_table
need load ring_provider
need load ring_caller threads=2
callers_start ""
calls_flow "callers run before the hand-over"
is "a successor takes over a provider's keys" "$(load ring_heir_a)" 0
is "the provider goes" "$(unload ring_provider)" 0
calls_flow "calls get through to the successor"
callers_end "no call fails during the hand-over"
callers_start ""
i=0
while [ $i -lt 5 ]; do
	need load ring_heir_b hasty=1
	need unload ring_heir_a
	need load ring_heir_a
	need unload ring_heir_b
	i=$((i + 1))
done
callers_end "nor during ten more, with and without waiting"
log_mark
need unload ring_heir_a
is "nothing is left of the last successor" "$(probe alpha) $(probe beta) $(probe slow)" "-2 -2 -2"
need unload ring_caller
need unload ring_table
