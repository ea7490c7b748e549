# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# A consumer keeps the handles of every provider there ever was (G5): they keep
# nobody loaded, and lead to nobody else.

calls() { cat "$(parameter ring_keeper calls)"; }

expedite 1
need load ring_table
need load ring_keeper
i=0
old=0
alive=0
while [ $i -lt 30 ]; do
	need load ring_provider
	echo 1 >"$(parameter ring_keeper keep)"
	found=$(calls)
	alive=$((alive + $(value alive "$found")))
	old=$((old + $(value old "$found") + $(value odd "$found")))
	need unload ring_provider
	i=$((i + 1))
done
is "the handles of the provider that is there work, of 30 one after the other" "$alive" 90
is "those of its predecessors do not" "$old" 0
found=$(calls)
is "of 90 handles that were kept, none leads anywhere in the end" \
	"$(value kept "$found") $(value alive "$found") $(value stale "$found")" "90 0 90"
need load ring_provider
found=$(calls)
is "nor to a provider of the same keys that comes later" \
	"$(value alive "$found") $(value stale "$found")" "0 90"
echo 1 >"$(parameter ring_keeper keep)"
is "to which a handle taken now leads" "$(value alive "$(calls)")" 3
is "the table goes, handles or not" "$(unload ring_provider) $(unload ring_table)" "0 0"
found=$(calls)
is "and a table that is gone answers ESTALE" "$(value alive "$found") $(value stale "$found")" "0 93"
need unload ring_keeper
expedite 0
