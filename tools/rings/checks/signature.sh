# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# A consumer that was built with another declaration of the signature (G6).

need load ring_table
need load ring_provider
log_mark
run ring_wrongsig 0
for how in key bytes prepared get handle replace; do
	is "another parameter type, by $how: EPROTOTYPE" "$(of $how)" -91
done
is "another number of parameters: EPROTOTYPE" "$(of count)" -91
is "another return type: EPROTOTYPE" "$(of void)" -91
is "the same type by another declaration is called" "$(of same) $(of answer)" "0 1"
that "the report tells both signatures" "$(log_count 'hdt: +(expected: int ring\(u32 arg\)|found: +int wide\(u64 arg\))')" -ge 2
need unload ring_provider
need unload ring_table
