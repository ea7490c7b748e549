# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# What must not be registered, replaced or removed; nothing of it is left.

need load ring_table
need load ring_provider
need load ring_refuse
# shellcheck disable=SC2034
found=$(cat "$(parameter ring_refuse results)")
while read -r name errno what; do
	is "$what" "$(of "$name")" "$errno"
done <<'LIST'
init_text -22 an entry in __init text: EINVAL
data -22 an entry in data: EINVAL
other_module -22 an entry in another module: EINVAL
kernel_text -22 an entry in the kernel: EINVAL
no_entry -22 no entry: EINVAL
release_elsewhere -22 a release in another module: EINVAL
ctx_on_stack -22 ctx on the stack: EINVAL
ctx_in_init_data -22 ctx in __initdata: EINVAL
ctx_and_capture -22 ctx and a capture: EINVAL
capture_of_nothing -22 a capture of no size: EINVAL
key_256 -36 a key of 256 bytes: ENAMETOOLONG
key_empty -22 an empty key: EINVAL
key_null -22 no key: EINVAL
key_taken -17 a key that is taken: EEXIST
key_twice -17 a key twice in a batch: EEXIST
rolled_back -2 the rest of that batch is not there: ENOENT
key_255 0 a key of 255 bytes is registered
key_255_called 0 and called
key_255_removed 0 and removed
mode -22 a mode that there is not: EINVAL
stack -22 more stack than any has: EINVAL
no_table -22 no table: EINVAL
error_table -22 an error for a table: EINVAL
unregister_foreign -1 removing another module's handler: EPERM
unregister_async_foreign -1 the same without waiting: EPERM
unregister_missing -2 removing what is not there: ENOENT
destroy_foreign -1 destroying another module's table: EPERM
replace_type -91 replacing by another signature: EPROTOTYPE
replace_missing -2 replacing what is not there: ENOENT
replace_version -116 replacing another version: ESTALE
foreign_is_sound 0 the other module's handler is called after all this
table_empty -22 a table without a name: EINVAL
table_taken -17 a table's name twice: EEXIST
table_64 -36 a table's name of 64 bytes: ENAMETOOLONG
in_small 0 a small table takes its number
in_full -28 but no more: ENOSPC
destroy 0 it is destroyed
table_gone -2 and found no longer: ENOENT
nothing_left -2 no refused registration left anything: ENOENT
LIST
need unload ring_refuse
need unload ring_provider
need unload ring_table
