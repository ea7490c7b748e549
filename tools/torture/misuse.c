// SPDX-License-Identifier: GPL-2.0-only
/* What has to be refused, with the right errno, whatever else goes on. */
#include <linux/string.h>

#include "torture.h"

static void expect(struct torture_thread *me, const char *what, int err, int expected)
{
	me->count[NR_REFUSED]++;
	if (err != expected)
		torture_error(ERR_ERRNO, "%s: %d, not %d", what, err, expected);
}

static void bad_tables(struct torture_thread *me, struct torture_key *key)
{
	struct torture_call call;
	torture_handle handle;

	torture_call_init(me, key, &call, 0, 0);
	expect(me, "call in no table", torture_call(NULL, key->name, NULL, &call), -EINVAL);
	expect(me, "call in an error", torture_call_key(ERR_PTR(-ENOENT), &key->prepared, NULL,
							&call), -EINVAL);
	handle = torture_get(NULL, key->name);
	expect(me, "get from no table", hdt_handle_err(handle), -EINVAL);
	expect(me, "unregister in no table", hdt_unregister(NULL, key->name), -EINVAL);
	expect(me, "create without a name", PTR_ERR_OR_ZERO(hdt_table_create("", NULL)), -EINVAL);
	expect(me, "create again",
	       PTR_ERR_OR_ZERO(hdt_table_create(key->arena->name, NULL)), -EEXIST);
}

static void bad_keys(struct torture_thread *me, struct torture_key *key)
{
	static char long_key[HDT_KEY_MAX + 2];
	struct hdt_table *table = key->arena->table;
	struct torture_call call;
	struct hdt_key prepared;

	memset(long_key, 'k', sizeof(long_key) - 1);
	torture_call_init(me, key, &call, 0, 0);
	expect(me, "call of no key", torture_call(table, NULL, NULL, &call), -EINVAL);
	expect(me, "call of an empty key", torture_call(table, "", NULL, &call), -EINVAL);
	expect(me, "call of a key with a NUL", torture_call_n(table, "a\0b", 3, NULL, &call),
	       -EINVAL);
	expect(me, "call of a long key", torture_call(table, long_key, NULL, &call),
	       -ENAMETOOLONG);
	expect(me, "prepare a long key", hdt_key_init(&prepared, long_key, HDT_KEY_MAX + 1),
	       -ENAMETOOLONG);
	expect(me, "register a long key",
	       torture_register(table, long_key, torture_plain[0], NULL), -ENAMETOOLONG);
	expect(me, "unregister an empty key", hdt_unregister(table, ""), -EINVAL);
	expect(me, "call of what is not there",
	       torture_call(table, "fixed", NULL, &call), -ENOENT);
}

static int strange(void *ctx, struct torture_call *call, int unused)
{
	torture_error(ERR_WRONG, "\"%s\": what was refused was called", call->name);
	return 0;
}

static void bad_signatures(struct torture_thread *me, struct torture_key *key)
{
	struct hdt_table *table = key->arena->table;
	torture_other_handle other;
	struct torture_call call;
	torture_handle handle;

	torture_call_init(me, key, &call, 0, 0);
	expect(me, "call with another signature",
	       torture_other_call(table, key->name, NULL, &call, 1), -EPROTOTYPE);
	expect(me, "call with another signature, by prepared key",
	       torture_other_call_key(table, &key->prepared, NULL, &call, 1), -EPROTOTYPE);
	other = torture_other_get(table, key->name);
	expect(me, "get with another signature", hdt_handle_err(other), -EPROTOTYPE);
	handle = torture_get(table, key->name);
	other = (torture_other_handle){ handle.h };
	expect(me, "call by a handle of another signature",
	       torture_other_call_handle(table, other, NULL, &call, 1), -EPROTOTYPE);
	expect(me, "replace by another signature",
	       torture_other_replace(table, key->name, 0, strange, NULL), -EPROTOTYPE);
	if (call.ran)
		torture_error(ERR_WRONG, "\"%s\" ran with another signature", key->name);
}

/* The current one is found out by asking for it; any other is nobody's (G5). */
static void forged_handles(struct torture_thread *me, struct torture_key *key)
{
	struct hdt_table *table = key->arena->table;
	torture_handle handle = torture_get(table, key->name);
	struct torture_call call;
	unsigned int i;

	torture_call_init(me, key, &call, 0, 0);
	for (i = 0; i < 8; i++) {
		torture_handle forged = handle;

		forged.h.raw ^= (u64)(1 + torture_pick(me, U32_MAX)) << 32;
		expect(me, "call by another generation",
		       torture_call_handle(table, forged, NULL, &call), -ESTALE);
		forged.h.raw = (u64)torture_random(me) << 32 | (torture_random(me) | 0x40000000);
		if (!hdt_handle_err(forged))
			expect(me, "call by a slot that there is not",
			       torture_call_handle(table, forged, NULL, &call), -ESTALE);
	}
	if (call.ran)
		torture_error(ERR_WRONG, "\"%s\" ran by a forged handle", key->name);
}

static void bad_handlers(struct torture_thread *me, struct torture_key *key)
{
	struct hdt_table *table = key->arena->table;
	int on_the_stack = 0;

	expect(me, "register data",
	       torture_register(table, "misuse", (torture_fn)(void *)key, NULL), -EINVAL);
	expect(me, "register the kernel's code",
	       torture_register(table, "misuse", (torture_fn)(void *)schedule, NULL), -EINVAL);
	expect(me, "register a ctx on the stack",
	       torture_register(table, "misuse", torture_plain[0], &on_the_stack), -EINVAL);
	expect(me, "register twice",
	       torture_register(table, key->name, torture_plain[0], NULL), -EEXIST);
	expect(me, "replace data",
	       torture_replace(table, key->name, 0, (torture_fn)(void *)key, NULL), -EINVAL);
}

static void bad_contexts(struct torture_thread *me, struct torture_key *key)
{
	struct hdt_table *table = key->arena->table;
	int err[3];

	local_irq_disable();
	err[0] = hdt_unregister(table, key->name);
	err[1] = torture_register(table, "misuse", torture_plain[0], NULL);
	err[2] = hdt_unregister_all(table, THIS_MODULE);
	local_irq_enable();
	expect(me, "unregister with interrupts off", err[0], -EOPNOTSUPP);
	expect(me, "register with interrupts off", err[1], -EOPNOTSUPP);
	expect(me, "unregister_all with interrupts off", err[2], -EOPNOTSUPP);
}

void torture_misuser(struct torture_thread *me)
{
	static void (* const tries[])(struct torture_thread *me, struct torture_key *key) = {
		bad_tables, bad_keys, bad_signatures, forged_handles, bad_handlers, bad_contexts,
	};
	struct torture_arena *arena = torture_arena_pick(me);
	struct torture_key *key;

	do {
		key = &arena->fixed[torture_pick(me, arena->nr_fixed)];
	} while (key->wide);
	tries[torture_pick(me, ARRAY_SIZE(tries))](me, key);
	schedule_timeout_interruptible(1 + torture_pick(me, max(1, HZ / 50)));
}
