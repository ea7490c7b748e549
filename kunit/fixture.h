/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the suites share: tables that are cleaned up, two modules that are not
 * real ones, handlers that tell by their result which of them ran, and calls
 * whose one result is the handler's value or the dispatch's -errno.
 *
 * The suites are linked into the kernel, so THIS_MODULE is NULL in them: what
 * they register by the public API belongs to built-in code.
 */
#ifndef HDT_KUNIT_FIXTURE_H
#define HDT_KUNIT_FIXTURE_H

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/slab.h>

#include <hdt/hdt.h>

#include "class.h"
#include "desc.h"
#include "index.h"
#include "slots.h"
#include "source.h"
#include "table.h"

/* The usual signature, and one that is not it. */
HDT_SIGNATURE(num, long, long, x)
HDT_SIGNATURE(word, int, const char *, text)

long fixture_double(void *ctx, long x);	/* 2 * x */
long fixture_triple(void *ctx, long x);	/* 3 * x */
long fixture_add(void *ctx, long x);	/* *(long *)ctx + x */
int fixture_word(void *ctx, const char *text);

/* Counts, in an int that ctx points to, how often it ran. */
void fixture_release(void *ctx);

/* test->priv of each suite: .init = fixture_init. */
struct fixture {
	struct module *owner;		/* fake modules whose text is the kernel's */
	struct module *stranger;
};

int fixture_init(struct kunit *test);

static inline struct fixture *fixture(struct kunit *test)
{
	return test->priv;
}

/* Tables are destroyed after the case, unless it has done so itself. */
struct hdt_table *fixture_table(struct kunit *test, const struct hdt_table_opts *opts);
struct hdt_table *fixture_sleepable_table(struct kunit *test);
struct hdt_table *fixture_table_of(struct kunit *test, const struct hdt_table_opts *opts,
				   struct module *creator);
struct hdt_table *fixture_table_named(struct kunit *test, const char *name,
				      const struct hdt_table_opts *opts, struct module *creator);

/* Parameters of cases that hold for both classes of table. */
struct fixture_class {
	const char *name;
	bool sleepable;
};

const void *fixture_each_class(const void *prev, char *desc);
struct hdt_table *fixture_class_table(struct kunit *test);

/* Fill in a handler of the usual signature. */
static inline struct hdt_handler num_handler(const char *key, num_fn fn, void *ctx)
{
	return (struct hdt_handler){
		.sig = &num_sig,
		.key = key,
		.entry = (hdt_entry_t)fn,
		.ctx = ctx,
	};
}

/* The value that a call gives, or the dispatch's -errno. Values are positive. */
static inline long by_key(struct hdt_table *table, const char *key, long x)
{
	long ret = 0;
	int err = num_call(table, key, &ret, x);

	return err ?: ret;
}

static inline long by_bytes(struct hdt_table *table, const char *key, long x)
{
	long ret = 0;
	int err = num_call_n(table, key, key ? strlen(key) : 0, &ret, x);

	return err ?: ret;
}

static inline long by_prepared(struct hdt_table *table, const char *key, long x)
{
	struct hdt_key prepared;
	long ret = 0;
	int err = hdt_key_init(&prepared, key, key ? strlen(key) : 0);

	if (!err)
		err = num_call_key(table, &prepared, &ret, x);
	return err ?: ret;
}

static inline long by_handle(struct hdt_table *table, num_handle handle, long x)
{
	long ret = 0;
	int err = num_call_handle(table, handle, &ret, x);

	return err ?: ret;
}

static inline long by_new_handle(struct hdt_table *table, const char *key, long x)
{
	return by_handle(table, num_get(table, key), x);
}

static inline bool same_handle(num_handle a, num_handle b)
{
	return a.h.raw == b.h.raw;
}

/* What a refused change has to leave as it was. */
struct fixture_state {
	unsigned int nr_handlers;
	u32 nr_used;
	u32 nr_slots;
};

struct fixture_state fixture_state(struct hdt_table *table);

static inline unsigned int fixture_nr_handlers(struct hdt_table *table)
{
	return fixture_state(table).nr_handlers;
}

static inline long fixture_faults(struct hdt_table *table, enum hdt_reason reason)
{
	return atomic_long_read(&to_registry(table)->faults[reason]);
}

/* The descriptor of a key, which nobody may be removing. */
struct hdt_desc *fixture_desc(struct kunit *test, struct hdt_table *table, const char *key);

/*
 * Wait for what was removed asynchronously. A dead descriptor is on its way
 * until then: still in the index, its release not run.
 */
void fixture_reap(struct hdt_table *table);

/* A thread that ends before the case does; fixture_join() gives its result. */
struct fixture_thread {
	int (*run)(void *arg);
	void *arg;
	int result;
	struct completion done;
};

struct fixture_thread *fixture_thread(struct kunit *test, int (*run)(void *arg), void *arg);
bool fixture_ended(struct fixture_thread *thread);
int fixture_join(struct kunit *test, struct fixture_thread *thread);

/*
 * A handler, fixture_stay(), that stays inside until it is let go. In an atomic
 * table it spins: on UML's one CPU that needs preemption.
 */
struct fixture_gate {
	bool sleepable;
	struct completion entered;
	struct completion go;
	int nr_left;
};

struct fixture_gate *fixture_gate(struct kunit *test, struct hdt_table *table);
long fixture_stay(void *ctx, long x);	/* x */
void fixture_await_entry(struct kunit *test, struct fixture_gate *gate);

/* The kernel's parameters, as init/main.c declares them. */
extern const struct kernel_param __start___param[], __stop___param[];

#define FIXTURE_TIMEOUT	(20 * HZ)	/* what takes as long has failed */
#define FIXTURE_MOMENT	(HZ / 20)	/* for what must not happen */

#endif /* HDT_KUNIT_FIXTURE_H */
