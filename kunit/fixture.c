// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kthread.h>
#include <linux/module.h>
#include <asm/sections.h>

#include "fixture.h"
#include "reaper.h"

long fixture_double(void *ctx, long x)
{
	return 2 * x;
}

long fixture_triple(void *ctx, long x)
{
	return 3 * x;
}

long fixture_add(void *ctx, long x)
{
	return *(long *)ctx + x;
}

int fixture_word(void *ctx, const char *text)
{
	return strlen(text);
}

void fixture_release(void *ctx)
{
	++*(int *)ctx;
}

static struct module *fake_module(struct kunit *test, const char *name)
{
	struct module *mod = kunit_kzalloc(test, sizeof(*mod), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, mod);
	strscpy(mod->name, name, sizeof(mod->name));
	mod->state = MODULE_STATE_LIVE;
	mod->mem[MOD_TEXT].base = _stext;
	mod->mem[MOD_TEXT].size = _etext - _stext;
	return mod;
}

int fixture_init(struct kunit *test)
{
	struct fixture *fixture = kunit_kzalloc(test, sizeof(*fixture), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fixture);
	fixture->owner = fake_module(test, "fake_owner");
	fixture->stranger = fake_module(test, "fake_stranger");
	test->priv = fixture;
	return 0;
}

static void drop_table(void *data)
{
	struct hdt_table *table = data;

	if (!(READ_ONCE(table->flags) & HDT_TABLE_DEAD))
		__hdt_table_destroy(table, to_registry(table)->creator);
	hdt_table_put(table);
}

struct hdt_table *fixture_table_named(struct kunit *test, const char *name,
				      const struct hdt_table_opts *opts, struct module *creator)
{
	struct hdt_table *table = __hdt_table_create(name, opts, creator);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, table);
	/* Of its own, so that it can tell whether the case destroyed the table. */
	hdt_registry_get(to_registry(table));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, drop_table, table));
	return table;
}

struct hdt_table *fixture_table_of(struct kunit *test, const struct hdt_table_opts *opts,
				   struct module *creator)
{
	static unsigned int nr;
	char name[24];

	snprintf(name, sizeof(name), "kunit-%u", ++nr);
	return fixture_table_named(test, name, opts, creator);
}

struct hdt_table *fixture_table(struct kunit *test, const struct hdt_table_opts *opts)
{
	return fixture_table_of(test, opts, NULL);
}

struct hdt_table *fixture_sleepable_table(struct kunit *test)
{
	return fixture_table(test, &(struct hdt_table_opts){ .sleepable = true });
}

static const struct fixture_class classes[] = {
	{ .name = "atomic", .sleepable = false },
	{ .name = "sleepable", .sleepable = true },
};

KUNIT_ARRAY_PARAM_DESC(class, classes, name);

const void *fixture_each_class(const void *prev, char *desc)
{
	return class_gen_params(prev, desc);
}

struct hdt_table *fixture_class_table(struct kunit *test)
{
	const struct fixture_class *class = test->param_value;

	return fixture_table(test, &(struct hdt_table_opts){ .sleepable = class->sleepable });
}

struct fixture_state fixture_state(struct hdt_table *table)
{
	struct hdt_registry *registry = to_registry(table);
	struct fixture_state state;

	mutex_lock(&registry->mutex);
	state.nr_handlers = registry->nr_handlers;
	state.nr_used = hdt_dereference(registry, table->index)->used;
	state.nr_slots = hdt_dereference(registry, table->slots)->mask + 1 - registry->nr_free;
	mutex_unlock(&registry->mutex);
	return state;
}

struct hdt_desc *fixture_desc(struct kunit *test, struct hdt_table *table, const char *key)
{
	struct hdt_registry *registry = to_registry(table);
	size_t len = strlen(key);
	struct hdt_desc *desc;

	mutex_lock(&registry->mutex);
	desc = hdt_index_find(hdt_dereference(registry, table->index), hdt_hash(key, len), key,
			      len);
	mutex_unlock(&registry->mutex);
	KUNIT_ASSERT_NOT_NULL_MSG(test, desc, "key %s", key);
	return desc;
}

void fixture_reap(struct hdt_table *table)
{
	hdt_reap(to_registry(table));
}

static int run_thread(void *data)
{
	struct fixture_thread *thread = data;

	thread->result = thread->run(thread->arg);
	complete_all(&thread->done);
	/* Until kthread_stop(): fixture_thread is the case's, and has to outlive this. */
	set_current_state(TASK_IDLE);
	while (!kthread_should_stop()) {
		schedule();
		set_current_state(TASK_IDLE);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

KUNIT_DEFINE_ACTION_WRAPPER(stop_thread, kthread_stop, struct task_struct *);

struct fixture_thread *fixture_thread(struct kunit *test, int (*run)(void *arg), void *arg)
{
	struct fixture_thread *thread = kunit_kzalloc(test, sizeof(*thread), GFP_KERNEL);
	struct task_struct *task;

	KUNIT_ASSERT_NOT_NULL(test, thread);
	thread->run = run;
	thread->arg = arg;
	init_completion(&thread->done);
	task = kthread_run(run_thread, thread, "hdt_kunit");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, stop_thread, task));
	return thread;
}

/* For a claim that it has not ended: true soon, or false after a moment. */
bool fixture_ended(struct fixture_thread *thread)
{
	return wait_for_completion_timeout(&thread->done, FIXTURE_MOMENT);
}

int fixture_join(struct kunit *test, struct fixture_thread *thread)
{
	KUNIT_ASSERT_NE(test, 0, wait_for_completion_timeout(&thread->done, FIXTURE_TIMEOUT));
	return thread->result;
}

struct fixture_gate *fixture_gate(struct kunit *test, struct hdt_table *table)
{
	struct fixture_gate *gate;

	if (!hdt_sleepable(to_registry(table)) && !IS_ENABLED(CONFIG_PREEMPT_RCU))
		kunit_skip(test, "one CPU and no preemption: nobody runs beside an atomic handler");
	gate = kunit_kzalloc(test, sizeof(*gate), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, gate);
	gate->sleepable = hdt_sleepable(to_registry(table));
	init_completion(&gate->entered);
	init_completion(&gate->go);
	return gate;
}

long fixture_stay(void *ctx, long x)
{
	unsigned long deadline = jiffies + FIXTURE_TIMEOUT;
	struct fixture_gate *gate = ctx;

	complete(&gate->entered);
	if (gate->sleepable)
		wait_for_completion_timeout(&gate->go, FIXTURE_TIMEOUT);
	else
		while (!completion_done(&gate->go) && time_before(jiffies, deadline)) {
			/* UML's interrupts do not preempt: this is where it happens. */
			preempt_disable();
			preempt_enable();
		}
	WRITE_ONCE(gate->nr_left, gate->nr_left + 1);
	return x;
}

void fixture_await_entry(struct kunit *test, struct fixture_gate *gate)
{
	KUNIT_ASSERT_NE(test, 0, wait_for_completion_timeout(&gate->entered, FIXTURE_TIMEOUT));
}
