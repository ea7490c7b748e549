/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fuzzer compares hdt with: tables that are plain lists, searched from
 * the start, and objects that know whether they may be called or released.
 */
#ifndef HDT_KUNIT_FUZZ_MODEL_H
#define HDT_KUNIT_FUZZ_MODEL_H

#include <linux/list.h>
#include <linux/prandom.h>

#include "context.h"
#include "fixture.h"

#define FUZZ_TABLES	4
#define FUZZ_KEYS	96	/* those that operations mostly choose among */
#define FUZZ_KEY_BYTES	300	/* the longest, more than hdt takes */
#define FUZZ_DEPTH	3	/* of operations inside of handlers */

struct fuzz;
struct fuzz_object;

/* What a handler gets as its ctx, or a captured copy of it. */
struct fuzz_ctx {
	struct fuzz_object *object;
	long value;
};

enum fuzz_fn { FUZZ_ADD, FUZZ_SUB, FUZZ_ACT, FUZZ_WORD, FUZZ_NR_FNS };

/* One registration, from when it is tried until hdt is done with it. */
struct fuzz_object {
	struct fuzz *fuzz;
	struct fuzz_ctx ctx;
	enum fuzz_fn fn;
	enum hdt_mode mode;
	struct module *owner;
	bool has_release;
	bool alive;		/* may be called */
	bool captured;
	int nr_running;
	int nr_released;
	struct list_head node;	/* in a table's limbo */
};

/* A key and what is under it. */
struct fuzz_entry {
	struct list_head node;
	size_t len;
	char key[HDT_KEY_MAX + 1];
	struct fuzz_object *object;
	u64 handle;		/* 0: not asked for yet */
	u64 version;		/* likewise */
	u64 version_before;	/* it was replaced, or 0 */
};

struct fuzz_table {
	struct hdt_table *table;	/* two references, the creator's and ours */
	struct hdt_table_opts opts;
	struct module *creator;
	char name[24];
	bool dead;
	unsigned int nr;
	struct list_head entries;
	struct list_head limbo;		/* gone, and perhaps not released yet */
};

struct fuzz {
	struct kunit *test;
	struct rnd_state random;
	u64 seed;
	unsigned long op;
	const char *doing;
	bool failed;
	struct module *modules[3];	/* none, and two that are not real */
	struct fuzz_table tables[FUZZ_TABLES];
	char keys[FUZZ_KEYS][FUZZ_KEY_BYTES + 1];
	u64 stale[64];			/* handles of handlers that went */
	/* What the task is inside of, by class. */
	int in_atomic, in_sleepable, depth;
	unsigned long nr_ran, nr_refused, nr_changes, nr_released;
};

/* 0 <= x < @n */
static inline u32 fuzz_below(struct fuzz *f, u32 n)
{
	return prandom_u32_state(&f->random) % n;
}

static inline bool fuzz_one_in(struct fuzz *f, u32 n)
{
	return !fuzz_below(f, n);
}

/* hdt is not as the model is: the case fails, and says how to have it again. */
__printf(2, 3) void fuzz_fail(struct fuzz *f, const char *format, ...);

static inline void fuzz_expect(struct fuzz *f, const char *what, long want, long got)
{
	if (unlikely(want != got))
		fuzz_fail(f, "%s: %ld where %ld was expected", what, got, want);
}

/* An object for a registration to come; NULL if there is no memory. */
struct fuzz_object *fuzz_object(struct fuzz *f);
/* hdt has, or must have, nothing of it any more. */
void fuzz_object_end(struct fuzz_object *object);
/* A registration of it failed: if release was due it has run by now. */
void fuzz_object_refused(struct fuzz_object *object, bool release_due);

struct fuzz_entry *fuzz_find(struct fuzz_table *t, const char *key, size_t len);
struct fuzz_entry *fuzz_find_handle(struct fuzz_table *t, u64 handle);
void fuzz_add(struct fuzz *f, struct fuzz_table *t, const char *key,
	      struct fuzz_object *object);
/* The entry goes; its object does, or if hdt has not waited for it, will. */
void fuzz_remove(struct fuzz *f, struct fuzz_table *t, struct fuzz_entry *entry, bool waited);
void fuzz_remove_all(struct fuzz *f, struct fuzz_table *t, struct module *owner, bool everyone);
/* After hdt waited for all that had gone from the table, or all of a module's. */
void fuzz_reaped(struct fuzz_table *t, struct module *owner, bool everyone);

/* A random key; NUL-terminated, and mostly one that is or was in use. */
const char *fuzz_key(struct fuzz *f, struct fuzz_table *t, char buffer[FUZZ_KEY_BYTES + 1]);
void fuzz_random_key(struct fuzz *f, char *key);

struct module *fuzz_some_module(struct fuzz *f);
struct fuzz_table *fuzz_some_table(struct fuzz *f);
void fuzz_make_table(struct fuzz *f, struct fuzz_table *t);
void fuzz_drop_table(struct fuzz_table *t);

/* What the context allows. */

/* Would a wait for calls of @t wait for one that we are inside of? */
static inline bool fuzz_blocked(const struct fuzz *f, const struct fuzz_table *t)
{
	return f->in_atomic || (f->in_sleepable && t->opts.sleepable);
}

static inline bool fuzz_may_wait(const struct fuzz *f, const struct fuzz_table *t)
{
	return hdt_may_sleep() && !fuzz_blocked(f, t);
}

/* Of a removal that waits; 0 if it may. */
static inline int fuzz_wait_refused(const struct fuzz *f, const struct fuzz_table *t)
{
	if (fuzz_blocked(f, t))
		return -EDEADLK;
	return hdt_may_sleep() ? 0 : -EOPNOTSUPP;
}

static inline int fuzz_key_refused(size_t len)
{
	if (!len)
		return -EINVAL;
	return len > HDT_KEY_MAX ? -ENAMETOOLONG : 0;
}

/* fuzz_handler.c */
extern const hdt_entry_t fuzz_entries[FUZZ_NR_FNS];
void fuzz_release_fn(void *ctx);
long fuzz_result(const struct fuzz_object *object, long x, const char *text);

/* fuzz_kunit.c: any of the operations */
void fuzz_operation(struct fuzz *f);

/* fuzz_call.c */
void fuzz_op_call(struct fuzz *f);
void fuzz_op_call_handle(struct fuzz *f);
void fuzz_op_get(struct fuzz *f);
void fuzz_op_version(struct fuzz *f);

/* fuzz_change.c */
void fuzz_op_register(struct fuzz *f);
void fuzz_op_replace(struct fuzz *f);
void fuzz_op_unregister(struct fuzz *f);
void fuzz_op_unregister_async(struct fuzz *f);
void fuzz_op_unregister_all(struct fuzz *f);
void fuzz_op_destroy(struct fuzz *f);
void fuzz_op_sweep(struct fuzz *f);
void fuzz_op_reap(struct fuzz *f);

#endif /* HDT_KUNIT_FUZZ_MODEL_H */
