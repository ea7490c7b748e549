# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Modules that do not clean up: an init that fails, an exit that forgets (G7).

need load ring_table
need load ring_caller

callers_start "2,19,116"
for errno in 19:ENODEV 12:ENOMEM 16:EBUSY; do
	log_mark
	is "init that fails with ${errno#*:} after registering says so" \
		"$(load ring_halfinit fail=${errno%:*})" "${errno#*:}"
	is "nothing of it is left" "$(probe alpha) $(probe beta) $(probe slow)" "-2 -2 -2"
	is "each release ran" "$(log_count 'ring_halfinit: released, 42')" 3
	is "the leak is reported once, with owner, table and key" "$(log_count \
		'hdt: leak: module ring_halfinit went without unregistering 3 handlers of table "ring", the first "(alpha|beta|slow)"; removed')" 1
done
that "it was called before it failed" "$(stat ok)" -gt 0
callers_end "failed inits: nothing but ENOENT, ESTALE, ENODEV"

log_mark
need load ring_forgetful
callers_start "2,19,116"
retained=/sys/kernel/debug/hdt/retained
is "what its handlers retain is told" "$(grep -Ec \
	'^table=ring key=(alpha|beta) owner=ring_forgetful captured=9 release=release age=[0-9]+s calls=- ns=-$' $retained)" 2
calls_flow_some() { that "$1" "$(snooze 100; stat ok)" -gt 0; }
calls_flow_some "a forgetful provider is called"
is "and unloaded while it is" "$(unload ring_forgetful)" 0
is "nothing of it is left" "$(probe alpha) $(probe beta)" "-2 -2"
is "each release ran, with what was captured" "$(log_count 'ring_forgetful: released, captured')" 2
is "the leak is reported once, with owner, table and key" "$(log_count \
	'hdt: leak: module ring_forgetful went without unregistering 2 handlers of table "ring", the first "(alpha|beta)"; removed')" 1
i=0
while [ $i -lt 10 ]; do
	need load ring_forgetful
	snooze 5
	need unload ring_forgetful
	i=$((i + 1))
done
callers_end "ten forgetful unloads: nothing but ENOENT, ESTALE, ENODEV"

log_mark
callers_start "2,19,116"
i=0
while [ $i -lt 10 ]; do
	need load ring_forgetful hasty=1
	snooze 5
	need unload ring_forgetful
	i=$((i + 1))
done
callers_end "ten unloads that waited for no call: nothing but ENOENT, ESTALE, ENODEV"
is "each release ran" "$(log_count 'ring_forgetful: released, captured')" 20
is "and it was no leak" "$(log_count 'hdt: leak')" 0
log_mark
need load ring_provider
need unload ring_provider
is "a provider that unregisters is no leak" "$(log_count 'hdt: leak')" 0

need unload ring_caller
need unload ring_table
