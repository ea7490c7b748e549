// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports: each refusal makes one that names what there is to name; what is in
 * order makes none. The console tracepoint sees what is printed, as it is.
 *
 * Without rate limits from here on, so this suite is the last one.
 */
#include <linux/kdebug.h>
#include <linux/ptrace.h>
#include <trace/events/printk.h>

#include "fixture.h"
#include "owner.h"

/* What hdt printed since start_watching(). */
static struct {
	spinlock_t lock;		/* probes run in any context */
	int nr_reports;			/* lines that head a report */
	size_t len;
	char text[4096];
} seen = { .lock = __SPIN_LOCK_UNLOCKED(seen.lock) };

static void probe_console(void *unused, const char *text, size_t len)
{
	unsigned long flags;

	if (len < 5 || strncmp(text, "hdt: ", 5))
		return;
	spin_lock_irqsave(&seen.lock, flags);
	seen.nr_reports += text[5] != ' ';
	seen.len += scnprintf(seen.text + seen.len, sizeof(seen.text) - seen.len, "%.*s\n",
			      (int)len, text);
	spin_unlock_irqrestore(&seen.lock, flags);
}

static void start_watching(void)
{
	unsigned long flags;

	spin_lock_irqsave(&seen.lock, flags);
	seen.nr_reports = 0;
	seen.len = 0;
	seen.text[0] = '\0';
	spin_unlock_irqrestore(&seen.lock, flags);
}

static int report_init(struct kunit_suite *suite)
{
	hdt_report_limit(false);
	return register_trace_console(probe_console, NULL);
}

static void report_exit(struct kunit_suite *suite)
{
	hdt_report_limit(true);
	unregister_trace_console(probe_console, NULL);
	tracepoint_synchronize_unregister();
}

/*
 * Each provoke function has a table with "key", doubled for built-in code, and
 * "owned" of the module fake_owner. It is what the report names as the caller.
 */
static int no_key(struct kunit *test, struct hdt_table *table)
{
	return num_call(table, "absent", NULL, 1);
}

static int no_table(struct kunit *test, struct hdt_table *table)
{
	struct hdt_table *table_or_error = hdt_table_get("no such table");

	/* No tail call: the report would name our caller. */
	barrier();
	return PTR_ERR(table_or_error);
}

static int no_argument(struct kunit *test, struct hdt_table *table)
{
	return num_call(NULL, "key", NULL, 1);
}

static int no_key_at_all(struct kunit *test, struct hdt_table *table)
{
	return num_call(table, "", NULL, 1);
}

static int nul_inside(struct kunit *test, struct hdt_table *table)
{
	return num_call_n(table, "k\0y", 3, NULL, 1);
}

static int long_key(struct kunit *test, struct hdt_table *table)
{
	static char key[300];

	memset(key, 'k', sizeof(key) - 1);
	return num_call(table, key, NULL, 1);
}

static int wrong_signature(struct kunit *test, struct hdt_table *table)
{
	return word_call(table, "owned", NULL, "");
}

static int stale_handle(struct kunit *test, struct hdt_table *table)
{
	num_handle handle = num_get(table, "key");

	hdt_unregister(table, "key");
	return num_call_handle(table, handle, NULL, 1);
}

static int broken_seal(struct kunit *test, struct hdt_table *table)
{
	struct hdt_desc *desc = fixture_desc(test, table, "key");
	int err;

	desc->ctx++;
	err = num_call(table, "key", NULL, 1);
	desc->ctx--;
	return err;
}

static int stale_version(struct kunit *test, struct hdt_table *table)
{
	return num_replace(table, "key", 4711, fixture_triple, NULL);
}

static int key_taken(struct kunit *test, struct hdt_table *table)
{
	return num_register(table, "owned", fixture_triple, NULL);
}

static int bad_entry(struct kunit *test, struct hdt_table *table)
{
	return num_register(table, "new", NULL, NULL);
}

static int bad_ctx(struct kunit *test, struct hdt_table *table)
{
	long on_stack = 1;

	return num_register(table, "new", fixture_add, &on_stack);
}

static int once_taken(struct kunit *test, struct hdt_table *table)
{
	struct hdt_opts opts = { .mode = HDT_ONCE };
	int err;

	num_register_opts(table, "once", fixture_double, NULL, &opts);
	/* Keeps the reaper out. */
	mutex_lock(&to_registry(table)->mutex);
	num_call(table, "once", NULL, 1);
	err = num_call(table, "once", NULL, 1);
	mutex_unlock(&to_registry(table)->mutex);
	return err;
}

static int not_owner(struct kunit *test, struct hdt_table *table)
{
	return __hdt_unregister_async(table, "owned", fixture(test)->stranger);
}

static int owner_going(struct kunit *test, struct hdt_table *table)
{
	int err;

	fixture(test)->owner->state = MODULE_STATE_GOING;
	err = num_call(table, "owned", NULL, 1);
	fixture(test)->owner->state = MODULE_STATE_LIVE;
	return err;
}

static int bad_context(struct kunit *test, struct hdt_table *table)
{
	int err;

	local_irq_disable();
	err = hdt_unregister(table, "key");
	local_irq_enable();
	return err;
}

static int table_full(struct kunit *test, struct hdt_table *table)
{
	to_registry(table)->max_handlers = 2;
	return num_register(table, "new", fixture_double, NULL);
}

static int no_stack(struct kunit *test, struct hdt_table *table)
{
	struct hdt_opts opts = { .stack_bytes = 255 * HDT_STACK_UNIT - HDT_STACK_RESERVE };

	if (THREAD_SIZE > 256 * HDT_STACK_UNIT)
		kunit_skip(test, "stacks are larger than the largest budget");
	num_register_opts(table, "deep", fixture_double, NULL, &opts);
	return num_call(table, "deep", NULL, 1);
}

static long call_self(void *ctx, long x)
{
	return num_call(ctx, "self", NULL, x);
}

static int handler_busy(struct kunit *test, struct hdt_table *table)
{
	struct hdt_opts opts = { .mode = HDT_EXCLUSIVE };
	long err = 0;

	num_register_opts(table, "self", call_self, table, &opts);
	num_call(table, "self", &err, 1);
	return err;
}

static long unregister_self(void *ctx, long x)
{
	return hdt_unregister(ctx, "self");
}

static int deadlock(struct kunit *test, struct hdt_table *table)
{
	long err = 0;

	num_register(table, "self", unregister_self, table);
	num_call(table, "self", &err, 1);
	return err;
}

struct provocation {
	const char *name;
	int (*provoke)(struct kunit *test, struct hdt_table *table);
	int err;
	const char *words[6];		/* all of them in the report */
	bool names_caller;
};

static const struct provocation provocations[] = {
	{ "no key", no_key, -ENOENT, { "no such key (-ENOENT): table \"kunit-", "key \"absent\"",
	  "owner (none)", "found:    none of the table's 2 handlers" }, true },
	{ "no table", no_table, -ENOENT, { "no such table: ", "(-ENOENT)", "\"no such table\"" },
	  true },
	{ "no argument", no_argument, -EINVAL, { "bad argument: table (-EINVAL)" }, true },
	{ "no key at all", no_key_at_all, -EINVAL, { "not a key (-EINVAL): table \"kunit-" },
	  true },
	{ "NUL inside", nul_inside, -EINVAL, { "not a key: a NUL inside (-EINVAL)",
	  "key \"k\\0y\"" }, true },
	{ "long key", long_key, -ENAMETOOLONG, { "key too long (-ENAMETOOLONG)",
	  "expected: at most 255 bytes", "found:    299" }, true },
	{ "wrong signature", wrong_signature, -EPROTOTYPE, { "signature differs (-EPROTOTYPE)",
	  "key \"owned\"", "owner fake_owner", "expected: long num(long x) #",
	  "found:    int word(const char * text) #" }, true },
	{ "stale handle", stale_handle, -ESTALE, { "stale handle (-ESTALE)",
	  "expected: generation 0x", "found:    handle 0x" }, true },
	{ "broken seal", broken_seal, -EKEYREJECTED, { "descriptor overwritten (-EKEYREJECTED)",
	  "key \"key\"", "expected: tag and fields that fit",
	  "found:    tag and fields that do not: memory was overwritten" }, true },
	{ "stale version", stale_version, -ESTALE, { "version is not current (-ESTALE)",
	  "key \"key\"", "owner built-in" } },
	{ "key taken", key_taken, -EEXIST, { "key taken (-EEXIST)", "key \"owned\"",
	  "owner fake_owner", "found:    a handler long num(long x) of fake_owner" } },
	{ "bad entry", bad_entry, -EINVAL, { "entry outside its owner's text (-EINVAL)",
	  "key \"new\"" } },
	{ "bad ctx", bad_ctx, -EINVAL, { "ctx will not last: it is on the stack (-EINVAL)",
	  "key \"new\"" } },
	{ "once taken", once_taken, -EALREADY, { "once handler already taken (-EALREADY)",
	  "key \"once\"" }, true },
	{ "not owner", not_owner, -EPERM, { "not the owner (-EPERM)", "key \"owned\"",
	  "expected: module fake_owner or the table's creator",
	  "found:    module fake_stranger" } },
	{ "owner going", owner_going, -ENODEV, { "owner is being unloaded (-ENODEV)",
	  "key \"owned\"", "expected: a live module",
	  "found:    module fake_owner on its way out" }, true },
	{ "bad context", bad_context, -EOPNOTSUPP, { "not in this context (-EOPNOTSUPP)",
	  "key \"key\"" }, true },
	{ "table full", table_full, -ENOSPC, { "table full (-ENOSPC)",
	  "expected: at most 2 handlers", "found:    3" } },
	{ "no stack", no_stack, -EOVERFLOW, { "not enough stack left (-EOVERFLOW)",
	  "key \"deep\"", "expected: 16320 bytes of stack, reserve included", "bytes left" },
	  true },
	{ "handler busy", handler_busy, -EBUSY, { "exclusive handler busy (-EBUSY)",
	  "key \"self\"" } },
	{ "deadlock", deadlock, -EDEADLK, { "would wait for itself (-EDEADLK)", "key \"self\"" } },
};

KUNIT_ARRAY_PARAM_DESC(provocation, provocations, name);

static void refusal_makes_one_report(struct kunit *test)
{
	const struct provocation *provocation = test->param_value;
	struct hdt_handler owned = num_handler("owned", fixture_double, NULL);
	struct hdt_table *table = fixture_table(test, NULL);
	char caller[80];
	int i, err;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 0, __hdt_register(table, &owned, 1, fixture(test)->owner));
	start_watching();
	err = provocation->provoke(test, table);
	KUNIT_EXPECT_EQ(test, provocation->err, err);
	KUNIT_EXPECT_EQ_MSG(test, 1, seen.nr_reports, "%s", seen.text);
	for (i = 0; i < ARRAY_SIZE(provocation->words) && provocation->words[i]; i++)
		KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(seen.text, provocation->words[i]),
					  "no '%s' in\n%s", provocation->words[i], seen.text);
	if (!provocation->names_caller)
		return;
	snprintf(caller, sizeof(caller), "asked by %ps+", provocation->provoke);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(seen.text, caller), "no '%s' in\n%s", caller,
				  seen.text);
}

/* The life of a table in which nothing goes wrong. */
static void no_report_if_all_is_in_order(struct kunit *test)
{
	struct hdt_opts exclusive = { .mode = HDT_EXCLUSIVE }, once = { .mode = HDT_ONCE };
	struct hdt_table *table;
	int reason;

	start_watching();
	table = fixture_class_table(test);
	KUNIT_EXPECT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, 0, num_register_opts(table, "x", fixture_double, NULL, &exclusive));
	KUNIT_EXPECT_EQ(test, 0, num_register_opts(table, "1", fixture_double, NULL, &once));
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 2, by_bytes(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 2, by_prepared(table, "x", 1));
	KUNIT_EXPECT_EQ(test, 2, by_new_handle(table, "1", 1));
	KUNIT_EXPECT_EQ(test, 0, num_replace(table, "key", hdt_version(table, "key"),
					     fixture_triple, NULL));
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister_async(table, "x"));
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister_all(table, NULL));
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister_all(table, NULL));
	KUNIT_EXPECT_EQ(test, 0, hdt_table_destroy(table));
	KUNIT_EXPECT_EQ_MSG(test, 0, seen.nr_reports, "%s", seen.text);
	for (reason = 0; reason < HDT_NR_FAULTS; reason++)
		KUNIT_EXPECT_EQ_MSG(test, 0, fixture_faults(table, reason), "%s",
				    hdt_reason_name(reason));
}

/* A key can be any bytes: the log shows them, and is not written by them. */
static void report_escapes_the_key(struct kunit *test)
{
	struct hdt_table *table = fixture_table(test, NULL);

	start_watching();
	KUNIT_EXPECT_EQ(test, -ENOENT, num_call(table, "a\nhdt: fake\x1b[1m\xff%s", NULL, 1));
	KUNIT_EXPECT_EQ(test, 1, seen.nr_reports);
	KUNIT_EXPECT_NULL(test, strstr(seen.text, "\nhdt: fake"));
	KUNIT_EXPECT_NULL(test, strchr(seen.text, 0x1b));
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(seen.text, "%s\""), "%s", seen.text);
}

/* [G7] */
static void sweep_makes_one_leak_report(struct kunit *test)
{
	struct hdt_handler batch[] = {
		num_handler("a", fixture_double, NULL),
		num_handler("b", fixture_double, NULL),
	};
	struct hdt_table *table = fixture_table(test, NULL);
	struct module *owner = fixture(test)->owner;
	char want[160];

	KUNIT_ASSERT_EQ(test, 0, __hdt_register(table, batch, 2, owner));
	owner->state = MODULE_STATE_GOING;
	start_watching();
	hdt_owner_going(owner);
	KUNIT_EXPECT_EQ(test, 1, seen.nr_reports);
	snprintf(want, sizeof(want), "leak: module fake_owner went without unregistering 2 handlers of table \"%s\", the first \"a\"",
		 to_registry(table)->name);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(seen.text, want), "%s", seen.text);
}

static void sweep_names_the_table_that_was_left(struct kunit *test)
{
	struct module *owner = fixture(test)->owner;
	struct hdt_table *table = fixture_table_of(test, NULL, owner);
	char want[160];

	owner->state = MODULE_STATE_GOING;
	start_watching();
	hdt_owner_going(owner);
	KUNIT_EXPECT_EQ(test, 1, seen.nr_reports);
	snprintf(want, sizeof(want),
		 "leak: module fake_owner went without destroying its table \"%s\"",
		 to_registry(table)->name);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(seen.text, want), "%s", seen.text);
}

#ifdef CONFIG_UML
/* What die() tells: the oops of a kernel that goes on is the ring "oops". */
static void die_of(long regs_sp, bool in_user)
{
	struct pt_regs regs = { };

	PT_REGS_SP(&regs) = regs_sp;
	regs.regs.is_user = in_user;
	notify_die(DIE_OOPS, "kunit", &regs, 0, 0, 0);
}

static long die(void *ctx, long x)
{
	die_of(current_stack_pointer, false);
	return x;
}

static long call_inner(void *ctx, long x)
{
	return by_key(ctx, "inner", x);
}

static struct hdt_table *oops_table(struct kunit *test, num_fn inner)
{
	struct hdt_handler handler = num_handler("inner", inner, NULL);
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_ASSERT_EQ(test, 0, __hdt_register(table, &handler, 1, fixture(test)->owner));
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "outer", call_inner, table));
	return table;
}

static void expect_depths(struct kunit *test, struct hdt_table *table)
{
	static const char * const rest[] = {
		"key \"inner\" owner fake_owner entry die",
		"key \"outer\" owner built-in entry call_inner",
	};
	char want[160];
	int i;

	for (i = 0; i < ARRAY_SIZE(rest); i++) {
		snprintf(want, sizeof(want), "in dispatch, depth %d: table \"%s\" %s", i,
			 to_registry(table)->name, rest[i]);
		KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(seen.text, want), "no '%s' in\n%s", want,
					  seen.text);
	}
	KUNIT_EXPECT_EQ_MSG(test, 2, seen.nr_reports, "%s", seen.text);
}

static void oops_names_each_dispatch(struct kunit *test)
{
	struct hdt_table *table = oops_table(test, die);

	start_watching();
	KUNIT_EXPECT_EQ(test, 1, by_key(table, "outer", 1));
	expect_depths(test, table);
	/* They are over. */
	start_watching();
	die_of(current_stack_pointer, false);
	KUNIT_EXPECT_EQ_MSG(test, 0, seen.nr_reports, "%s", seen.text);
}

static long die_elsewhere(void *ctx, long x)
{
	die_of(0, false);
	return x;
}

/* Registers of a stack that hdt does not know: then all of the task's. */
static void oops_on_another_stack(struct kunit *test)
{
	struct hdt_table *table = oops_table(test, die_elsewhere);

	start_watching();
	KUNIT_EXPECT_EQ(test, 1, by_key(table, "outer", 1));
	expect_depths(test, table);
}

static long die_in_user_space(void *ctx, long x)
{
	die_of(current_stack_pointer, true);
	notify_die(DIE_UNUSED, "kunit", NULL, 0, 0, 0);
	return x;
}

static void no_oops_of_hdt_s(struct kunit *test)
{
	struct hdt_table *table = oops_table(test, die_in_user_space);

	start_watching();
	KUNIT_EXPECT_EQ(test, 1, by_key(table, "outer", 1));
	KUNIT_EXPECT_EQ_MSG(test, 0, seen.nr_reports, "%s", seen.text);
}
#endif

static struct kunit_case report_cases[] = {
	KUNIT_CASE_PARAM(refusal_makes_one_report, provocation_gen_params),
	KUNIT_CASE_PARAM(no_report_if_all_is_in_order, fixture_each_class),
	KUNIT_CASE(report_escapes_the_key),
	KUNIT_CASE(sweep_makes_one_leak_report),
	KUNIT_CASE(sweep_names_the_table_that_was_left),
#ifdef CONFIG_UML
	KUNIT_CASE_PARAM(oops_names_each_dispatch, fixture_each_class),
	KUNIT_CASE_PARAM(oops_on_another_stack, fixture_each_class),
	KUNIT_CASE_PARAM(no_oops_of_hdt_s, fixture_each_class),
#endif
	{}
};

static struct kunit_suite report_suite = {
	.name = "hdt_report",
	.suite_init = report_init,
	.suite_exit = report_exit,
	.init = fixture_init,
	.test_cases = report_cases,
};

kunit_test_suite(report_suite);
