# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154
# On a kernel that checks the type of indirect calls: a wrong one through hdt is
# refused, the same past hdt traps. The last check of its guest, which goes on
# after the trap.

need load ring_table
need load ring_provider
log_mark
need load ring_cfi
echo 0 >"$(parameter ring_cfi run)" || not_ok "ring_cfi runs"
found=$(cat "$(parameter ring_cfi results)")
is "a wrong type, by key: EPROTOTYPE" "$(of key)" -91
is "a wrong type, by handle: EPROTOTYPE" "$(of handle)" -91
is "the right type is called" "$(of right) $(of answer)" "0 1"
is "and nothing has trapped" "$(log_count 'CFI failure')" 0
echo 1 >"$(parameter ring_cfi run)" || not_ok "ring_cfi runs"
found=$(cat "$(parameter ring_cfi results)")
is "the same past hdt does not come through" "$(of reached) $(of survived)" "1 0"
that "and is reported as what it is" "$(log_count 'CFI failure at (bypass|__cfi_narrow).*target: narrow')" -ge 1
need unload ring_cfi
need unload ring_provider
need unload ring_table
