# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# A table goes while its consumers hold references and call.

for forget in 0 1; do
	how="destroyed"
	[ $forget = 0 ] || how="forgotten"
	need load ring_table forget=$forget
	need load ring_provider
	need load ring_caller
	callers_start "2,19,116"
	calls_flow "$how: callers run before"
	log_mark
	is "$how: its creator goes, though others hold references" "$(unload ring_table)" 0
	is "$how: its keys are gone" "$(probe alpha)" -2
	is "$how: a leak is reported only if it is one" \
		"$(log_count 'hdt: leak: module ring_table went without destroying its table "ring"')" $forget
	is "$how: a new table of that name is another one" "$(load ring_table; probe alpha)" "0
-2"
	callers_end "$how: nothing but ENOENT, ESTALE, ENODEV"
	is "$how: the last reference to the old one is given back" "$(unload ring_caller)" 0
	need load ring_caller
	is "$how: the provider serves the new one" "$(probe alpha)" 0
	need unload ring_provider
	need unload ring_caller
	need unload ring_table
done

expedite 1
./modctl cycle 1000000 4 ring_table.ko >/tmp/tables &
result=$(./modctl cycle 1000000 4 ring_provider.ko)
wait
expedite 0
that "providers come and go, $(value cycles "$result") times" "$(value cycles "$result")" -gt 1
that "while tables do, $(value cycles "$(cat /tmp/tables)") times" "$(value cycles "$(cat /tmp/tables)")" -gt 1
need load ring_table
need load ring_provider
need load ring_caller
is "and find each other after it" "$(probe alpha)" 0
need unload ring_caller
need unload ring_provider
need unload ring_table
