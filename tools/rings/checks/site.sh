# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154,SC2034
# A fixed call site: bound, followed, checked, counted.

log_mark
need load ring_site
echo 1 >"$(parameter ring_site run)"
found=$(cat "$(parameter ring_site results)")

is "a site whose key is missing says so" "$(of missing)" -2
is "it finds its handler, and is bound" "$(of registered) $(of first) $(of bound) $(of patched)" \
	"0 11 1 11"
is "a replace unbinds it, and the next call runs the successor" \
	"$(of replaced) $(of unbound) $(of second) $(of bound_again) $(of patched_again)" "0 0 42 1 42"
is "a removal ends its calls" "$(of removed) $(of gone)" "0 -2"
is "a new handler of the key is found, and bound" \
	"$(of registered_again) $(of back) $(of bound_back) $(of patched_back)" "0 31 1 31"
is "a removal that does not wait ends its calls as well" "$(of removed_async) $(of gone_at_once)" "0 -2"

is "another table is another matter" \
	"$(of other_table) $(of other_registered) $(of other_answer) $(of own_answer) $(of still_bound)" \
	"-2 0 16 11 1"
is "without a table it is refused" "$(of no_table)" -22
is "it works from an interrupt" "$(of interrupt)" 11
is "an overwritten site is refused, once" \
	"$(of overwritten) $(of overwritten_ran) $(of mended) $(of bound_mended) $(of same_ctx)" \
	"-129 0 11 1 1"
is "and reported" "$(log_count 'ring-site.*home.*call site|call site.*ring-site')" 1
is "the handler may not wait for itself" "$(of self) $(of bound_self) $(of from_inside)" "0 1 -35"
is "endless recursion meets the budget, before and after it is bound" \
	"$(of deep) $(of too_deep) $(of bound_deep) $(of too_deep_bound)" "0 -75 1 -75"
is "its table's successor is found, and bound to" \
	"$(of destroyed) $(of successor) $(of successor_answer) $(of bound_successor) $(of successor_patched)" \
	"-2 0 8 1 8"

# Whoever observes sees every call.
tracing=/sys/kernel/tracing
mountpoint -q $tracing || mount -t tracefs tracefs $tracing
observed() {
	echo >$tracing/trace
	echo 1009 >"$(parameter ring_site run)"
	found=$(cat "$(parameter ring_site results)")
	echo "$(of bound) $(of ran) $(grep -c 'hdt_call_entry:.*key=home' $tracing/trace)"
}
is "a bound site calls" "$(observed)" "1 1009 0"
echo 1 >$tracing/events/hdt/hdt_call_entry/enable
is "while it is observed it is not bound, and every call is an event" "$(observed)" "0 1009 1009"
echo 0 >$tracing/events/hdt/hdt_call_entry/enable
need unload ring_site
