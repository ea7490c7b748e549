// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dispatches between two markers, for tools/writes/plugin.c to record, and where
 * what a dispatch may write is. All is done when the module is loaded. Its lines in
 * the kernel's log are
 *
 *	hdt_writes: range ADDRESS SIZE NAME
 *	hdt_writes: trace KIND NAME		in the order of the markers
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>

#include <hdt/hdt.h>

/* As in plugin.c. */
#define MARK(nr) asm volatile(".byte 0x0f, 0x1f, 0x80; .long 0x48445400 + " #nr : : : "memory")
#define ARM()	MARK(0)
#define BEGIN()	MARK(1)
#define END()	MARK(2)

#define KEY	"GET:/api/u00/0000000"
#define KEYS	400
#define TIMES	5	/* an interrupt makes a trace longer: the shortest counts */

HDT_SIGNATURE(writes, u64, u64, a)
HDT_CALL_SITE(writes, writes_site, KEY);

static struct hdt_table *tables[2];	/* atomic, sleepable */
static struct hdt_table *counting;
static struct hdt_key key;
static writes_handle handle, sleepable_handle, exclusive_handle;
static char keys[KEYS][24];
static u64 value;

static noinline u64 handler(void *ctx, u64 a)
{
	return *(u64 *)ctx + a;
}

/* ---- what is traced ----------------------------------------------------------- */

/* Each function has one pair of markers, with nothing but the call between them. */
#define WAY(name, statement)					\
static noinline int name(void)					\
{								\
	u64 ret = 0;						\
	int err;						\
								\
	BEGIN();						\
	err = (statement);					\
	END();							\
	return err ?: ret == value + 1 ? 0 : -EIO;		\
}

WAY(by_key, writes_call(tables[0], KEY, &ret, 1))
WAY(by_string, writes_call(tables[0], keys[0], &ret, 1))
WAY(by_bytes, writes_call_n(tables[0], keys[0], sizeof(KEY) - 1, &ret, 1))
WAY(by_prepared, writes_call_key(tables[0], &key, &ret, 1))
WAY(by_handle, writes_call_handle(tables[0], handle, &ret, 1))
WAY(at_site, hdt_call_site(writes, writes_site, tables[0], &ret, 1))
WAY(sleepable_key, writes_call(tables[1], keys[0], &ret, 1))
WAY(sleepable_prepared, writes_call_key(tables[1], &key, &ret, 1))
WAY(sleepable_by_handle, writes_call_handle(tables[1], sleepable_handle, &ret, 1))
WAY(missing, writes_call(tables[0], "missing", &ret, 1))
WAY(exclusive, writes_call_handle(tables[0], exclusive_handle, &ret, 1))
WAY(counted, writes_call(counting, keys[0], &ret, 1))

/* Every key: also those that are not in the bucket where they belong. */
static noinline int every_key(void)
{
	int i, err = 0;
	u64 ret = 0;

	BEGIN();
	for (i = 0; i < KEYS && !err; i++)
		err = writes_call(tables[0], keys[i], &ret, 1);
	END();
	return err;
}

/* ---- what a dispatch must not do ---------------------------------------------- */

static u64 shared;
static atomic_t locked;

static noinline int stores(void)
{
	BEGIN();
	WRITE_ONCE(shared, 1);
	END();
	return 0;
}

static noinline int locks(void)
{
	BEGIN();
	atomic_inc(&locked);
	END();
	return 0;
}

static noinline int allocates(void)
{
	void *p;

	BEGIN();
	p = kmalloc(64, GFP_ATOMIC);
	END();
	kfree(p);
	return p ? 0 : -ENOMEM;
}

static const struct {
	const char *kind;	/* see tools/writes/run */
	const char *name;
	int (*run)(void);
	bool sleepable;		/* and so with interrupts on */
	int err;
} ways[] = {
	{ "dispatch", "by key, a literal", by_key },
	{ "dispatch", "by key", by_string },
	{ "dispatch", "by key and length", by_bytes },
	{ "dispatch", "by prepared key", by_prepared },
	{ "dispatch", "by handle", by_handle },
	{ "dispatch", "call site", at_site },
	{ "dispatch", "by each of 400 keys", every_key },
	{ "sleepable", "sleepable by key", sleepable_key, true },
	{ "sleepable", "sleepable by prepared key", sleepable_prepared, true },
	{ "sleepable", "sleepable by handle", sleepable_by_handle, true },
	{ "refused", "a key that is not there", missing, false, -ENOENT },
	{ "locked", "an exclusive handler", exclusive },
	{ "writes", "a table with statistics", counted },
	{ "writes", "not a dispatch: a store to a variable", stores },
	{ "locked", "not a dispatch: atomic_inc()", locks },
	{ "writes", "not a dispatch: kmalloc()", allocates },
};

static int trace_all(void)
{
	unsigned long flags;
	int i, times, err;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		for (times = 0; times < TIMES; times++) {
			if (!ways[i].sleepable)
				local_irq_save(flags);
			err = ways[i].run();
			if (!ways[i].sleepable)
				local_irq_restore(flags);
			pr_info("hdt_writes: trace %s %s\n", ways[i].kind, ways[i].name);
			if (err != ways[i].err) {
				pr_err("hdt_writes: %s: error %d\n", ways[i].name, err);
				return err ?: -EIO;
			}
		}
	}
	return 0;
}

/* ---- before it ---------------------------------------------------------------- */

static void print_range(const char *name, const void *start, size_t size)
{
	pr_info("hdt_writes: range %lx %zx %s\n", (unsigned long)start, size, name);
}

static void print_ranges(void)
{
	print_range("stack", task_stack_page(current), THREAD_SIZE);
#ifdef CONFIG_PREEMPT_RCU
	print_range("rcu_read_lock_nesting", &current->rcu_read_lock_nesting,
		    sizeof(current->rcu_read_lock_nesting));
#endif
#ifdef CONFIG_TASKS_TRACE_RCU
	print_range("trc_reader_nesting", &current->trc_reader_nesting,
		    sizeof(current->trc_reader_nesting));
#endif
	/* its size is in the kernel's log */
	print_range("per-CPU", (void *)per_cpu_offset(0), 0);
}

/* The site is bound some time after its first call. */
static int bind_site(void)
{
	unsigned long end = jiffies + 5 * HZ;
	int err;

	do {
		err = hdt_call_site(writes, writes_site, tables[0], NULL, 1);
		msleep(20);
	} while (!err && !READ_ONCE(hdt_site_writes_site.s.bound) && time_before(jiffies, end));
	return err ?: READ_ONCE(hdt_site_writes_site.s.bound) ? 0 : -ETIME;
}

/* Until there are no more reports: what is traced is what lasts. */
static void miss_often(void)
{
	int i;

	for (i = 0; i < 20; i++)
		writes_call(tables[0], "missing", NULL, 1);
}

static int fill(struct hdt_table *table, int nr)
{
	int i, err = PTR_ERR_OR_ZERO(table);

	for (i = 0; i < nr && !err; i++)
		err = writes_register(table, keys[i], handler, &value);
	return err;
}

static int prepare(void)
{
	const struct hdt_opts exclusively = { .mode = HDT_EXCLUSIVE };
	int i, err;

	for (i = 0; i < KEYS; i++)
		scnprintf(keys[i], sizeof(keys[i]), "GET:/api/u00/%07d", i);
	tables[0] = hdt_table_create("writes", NULL);
	tables[1] = hdt_table_create("writes-sleepable",
				     &(struct hdt_table_opts){ .sleepable = true });
	counting = hdt_table_create("writes-counting", &(struct hdt_table_opts){ .stats = true });
	err = fill(tables[0], KEYS) ?: fill(tables[1], 1) ?: fill(counting, 1) ?:
	      writes_register_opts(tables[0], "alone", handler, &value, &exclusively) ?:
	      hdt_key_init(&key, keys[0], strlen(keys[0]));
	if (err)
		return err;
	handle = writes_get(tables[0], KEY);
	sleepable_handle = writes_get(tables[1], KEY);
	exclusive_handle = writes_get(tables[0], "alone");
	err = bind_site();
	miss_often();
	return err;
}

static int __init hdt_writes_init(void)
{
	int err = prepare();

	print_ranges();
	if (err)
		return err;
	ARM();
	msleep(20);
	return trace_all();
}

/* hdt sweeps what is left behind. */
static void __exit hdt_writes_exit(void)
{
}

module_init(hdt_writes_init);
module_exit(hdt_writes_exit);

MODULE_DESCRIPTION("Dispatches between two markers, for a trace of instructions");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(HDT);
