# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# The order in which modules come and go. This ring begins without hdt.

is "a provider does not load without hdt: unknown symbols" "$(load ring_provider)" ENOENT
is "hdt loads" "$(load hdt)" 0
log_mark
pending=/sys/kernel/debug/hdt/pending
is "a consumer does not load before the table exists" "$(load ring_caller)" ENOENT
is "and hdt says which table it missed" "$(log_count 'hdt: refused: no such table.*"ring"')" 1
is "a provider does" "$(load ring_provider)" 0
is "and waits, which hdt says" "$(log_count 'hdt: module ring_provider waits for a table "ring"')" 1
is "and shows" "$(grep -c 'table=ring owner=ring_provider handlers=3 err=0' $pending)" 1
is "a provider that waits can be unloaded" "$(unload ring_provider; grep -c . $pending)" "0
0"
is "and come back" "$(load ring_provider)" 0
is "the table's module loads" "$(load ring_table)" 0
is "and ends the wait" "$(grep -c . $pending)" 0
is "a second table of that name is refused" "$(load ring_table)" EEXIST
is "hdt cannot be unloaded while it is used" "$(unload hdt)" EAGAIN

need load ring_caller
is "a key that is there is called" "$(probe alpha)" 0
is "a key that is not there is refused" "$(probe omega)" -2
is "a provider that was unloaded is not called" "$(unload ring_provider; probe alpha)" "0
-2"
is "and is called again when it is back" "$(load ring_provider; probe alpha)" "0
0"
need unload ring_caller
is "the table's module can be unloaded before the provider" "$(unload ring_table)" 0
is "which waits again" "$(grep -c 'owner=ring_provider' $pending)" 1
need load ring_table
need load ring_caller
is "and is called when the table is back" "$(probe alpha)" 0
need unload ring_provider
need unload ring_table
need unload ring_caller
