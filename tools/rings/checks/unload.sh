# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# A provider goes while every CPU calls it (G2, G3). Only "no such key" (2),
# "stale handle" (116) and "owner is being unloaded" (19) may come of it.

need load ring_table
need load ring_caller threads=2

need load ring_provider spin_us=50
callers_start ""
calls_flow "callers on every CPU get through, by key, prepared key and handle"
snooze 300
callers_end "no call fails while the provider stays"

callers_start "2,19,116"
calls_flow "callers run before the unload"
is "the provider is unloaded while it is called" "$(unload ring_provider)" 0
refused=$(stat refused)
snooze 50
that "calls are refused after it" "$(stat refused)" -gt "${refused:-0}"
need load ring_provider spin_us=50
calls_flow "calls get through when it is back"
callers_end "unload and reload: nothing but ENOENT, ESTALE, ENODEV"

echo 1 >"$(parameter ring_provider pin)"
callers_start "2,19,116"
calls_flow "callers run before rmmod -f"
is "a provider in use is not unloaded" "$(unload ring_provider)" EAGAIN
is "but by force" "$(unload ring_provider force)" 0
snooze 50
is "the key is gone" "$(probe slow)" -2
callers_end "rmmod -f: nothing but ENOENT, ESTALE, ENODEV"

callers_start "2,19,116"
i=0
while [ $i -lt 10 ]; do
	need load ring_provider spin_us=$((i * 20)) pin=1
	snooze 10
	need unload ring_provider force
	i=$((i + 1))
done
callers_end "ten times rmmod -f under traffic"

# Would it have been noticed?
need load ring_provider
callers_start ""
calls_flow "callers run before the last unload"
need unload ring_provider
snooze 50
callers_stop
that "a refusal that is not allowed counts as a failure" "$(stat bad)" -gt 0
need load ring_provider lie=1
callers_start ""
snooze 100
callers_stop
that "a wrong answer counts as a failure" "$(stat bad)" -gt 0
need unload ring_provider

need unload ring_caller
need unload ring_table
