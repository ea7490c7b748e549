# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Sleepable tables: handlers that sleep while they are removed (G2, G3).

run ring_sleepy 0
for how in unregister unregister_all replace; do
	is "$how returns when the sleeping handler is left" "$(of $how)" 0
done
is "callers saw nothing but ENOENT" "$(of bad | xargs)" "0 0 0"
is "a handler cannot wait for itself, but remove itself without" \
	"$(of register) $(of self) $(of self_answer)" "0 0 0"
is "and is gone after it" "$(of self_again)" -2
is "a call where sleeping is not allowed: EOPNOTSUPP" "$(of atomic)" -95
is "the same call where it is" "$(of process)" 0

need load ring_table sleepable=1
need load ring_caller threads=2
need load ring_provider sleep_ms=5
callers_start ""
calls_flow "callers on every CPU get through"
callers_end "no call fails while the provider stays"
callers_start "2,19,116"
i=0
while [ $i -lt 5 ]; do
	snooze 20
	need unload ring_provider
	need load ring_provider sleep_ms=5 pin=1
	snooze 20
	need unload ring_provider force
	need load ring_provider sleep_ms=5
	i=$((i + 1))
done
callers_end "unloaded, also by force, with handlers asleep: nothing but ENOENT, ESTALE, ENODEV"
need unload ring_provider
need unload ring_caller
need unload ring_table
