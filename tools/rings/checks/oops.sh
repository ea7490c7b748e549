# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# A handler that oopses, two dispatches deep: who was it, and what is left.

need load ring_oops
log_mark
state() { value "$1" "$(cat "$(parameter ring_oops state)")"; }

for table in 0:deadly 1:deadly-sleepable; do
	name=${table#*:} nr=${table%:*}
	echo "$nr" >"$(parameter ring_oops kill)"
	tries=0
	while [ "$(log_count "in dispatch, depth 1: table \"$name\" ")" = 0 ] && [ $tries -lt 50 ]; do
		snooze 100
		tries=$((tries + 1))
	done
	is "$name: the handler was entered" "$(state "dead$nr")" 1
	is "$name: the innermost dispatch is named" "$(log_count \
		"hdt: in dispatch, depth 0: table \"$name\" key \"inner\" owner ring_oops entry inner")" 1
	is "$name: and the one around it" "$(log_count \
		"hdt: in dispatch, depth 1: table \"$name\" key \"outer\" owner ring_oops entry outer")" 1
	is "$name: other handlers are called as before" "$(state "table$nr")" 7
done
is "the deadly handlers can be removed, waiting" \
	"$(echo 1 >"$(parameter ring_oops remove)" && echo 0)" 0
is "the others are called as before" "$(state table0) $(state table1)" "7 7"
is "the module can be unloaded" "$(unload ring_oops)" 0
