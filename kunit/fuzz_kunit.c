// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random operations, done to hdt and to a model (fuzz_model.c), which have to
 * agree on every outcome: errno, value, handle, version, releases. Handlers may
 * themselves do operations, so that things change and go while they run. One
 * task does it all, and the seed tells what: see fuzz_race_kunit.c for several.
 *
 * The parameters fuzz_kunit.seed and fuzz_kunit.ops say which and how many.
 */
#include <linux/module.h>
#include <linux/random.h>

#include "context.h"
#include "fuzz_model.h"
#include "owner.h"

static unsigned long long seed;
module_param(seed, ullong, 0444);
MODULE_PARM_DESC(seed, "of the fuzzer (0: a random one)");
/* Emulated CPUs are a hundred times slower. */
static unsigned long ops = IS_ENABLED(CONFIG_UML) ? 300000 : 10000;
module_param(ops, ulong, 0444);
MODULE_PARM_DESC(ops, "operations of the fuzzer");

static void operation(struct fuzz *f);

/* ---- handlers --------------------------------------------------------------- */

static long enter(struct fuzz *f, const struct fuzz_ctx *ctx, enum fuzz_fn fn)
{
	struct fuzz_object *object = ctx->object;

	if (!object->alive)
		fuzz_fail(f, "a handler runs after its release");
	if (object->fn != fn)
		fuzz_fail(f, "entry of one handler, ctx of another");
	if (object->captured != (ctx != &object->ctx))
		fuzz_fail(f, "ctx is not a copy, or is one");
	object->nr_running++;
	f->nr_ran++;
	return ctx->value;
}

static struct fuzz *leave(const struct fuzz_ctx *ctx)
{
	struct fuzz_object *object = ctx->object;

	object->nr_running--;
	if (object->nr_released)
		fuzz_fail(object->fuzz, "released while it ran");
	return object->fuzz;
}

static long fuzz_add_fn(void *ctx, long x)
{
	long value = enter(((struct fuzz_ctx *)ctx)->object->fuzz, ctx, FUZZ_ADD);

	leave(ctx);
	return value + x;
}

static long fuzz_sub_fn(void *ctx, long x)
{
	long value = enter(((struct fuzz_ctx *)ctx)->object->fuzz, ctx, FUZZ_SUB);

	leave(ctx);
	return value - x;
}

static long fuzz_act_fn(void *ctx, long x)
{
	struct fuzz *f = ((struct fuzz_ctx *)ctx)->object->fuzz;
	long value = enter(f, ctx, FUZZ_ACT);

	if (f->depth < FUZZ_DEPTH && !f->failed) {
		f->depth++;
		operation(f);
		f->depth--;
	}
	leave(ctx);
	return value ^ x;
}

static int fuzz_word_fn(void *ctx, const char *text)
{
	long value = enter(((struct fuzz_ctx *)ctx)->object->fuzz, ctx, FUZZ_WORD);

	leave(ctx);
	return value + strlen(text);
}

static void fuzz_release_fn(void *data)
{
	struct fuzz_object *object = ((struct fuzz_ctx *)data)->object;

	if (object->nr_running)
		fuzz_fail(object->fuzz, "released while it runs");
	object->nr_released++;
	object->alive = false;
}

static const hdt_entry_t entries[FUZZ_NR_FNS] = {
	[FUZZ_ADD] = (hdt_entry_t)fuzz_add_fn,
	[FUZZ_SUB] = (hdt_entry_t)fuzz_sub_fn,
	[FUZZ_ACT] = (hdt_entry_t)fuzz_act_fn,
	[FUZZ_WORD] = (hdt_entry_t)fuzz_word_fn,
};

static long result_of(const struct fuzz_object *object, long x, const char *text)
{
	switch (object->fn) {
	case FUZZ_ADD:
		return object->ctx.value + x;
	case FUZZ_SUB:
		return object->ctx.value - x;
	case FUZZ_ACT:
		return object->ctx.value ^ x;
	default:
		return object->ctx.value + strlen(text);
	}
}

/* ---- what the context allows ------------------------------------------------ */

/* Would a wait for calls of @t wait for one that we are inside of? */
static bool blocked(const struct fuzz *f, const struct fuzz_table *t)
{
	return f->in_atomic || (f->in_sleepable && t->opts.sleepable);
}

static bool may_wait(const struct fuzz *f, const struct fuzz_table *t)
{
	return hdt_may_sleep() && !blocked(f, t);
}

/* Of a removal that waits; 0 if it may. */
static int wait_refused(const struct fuzz *f, const struct fuzz_table *t)
{
	if (blocked(f, t))
		return -EDEADLK;
	return hdt_may_sleep() ? 0 : -EOPNOTSUPP;
}

static int key_refused(size_t len)
{
	if (!len)
		return -EINVAL;
	return len > HDT_KEY_MAX ? -ENAMETOOLONG : 0;
}


static struct module *some_module(struct fuzz *f)
{
	return f->modules[fuzz_below(f, ARRAY_SIZE(f->modules))];
}

/* ---- tables ---------------------------------------------------------------- */

static void make_table(struct fuzz *f, struct fuzz_table *t)
{
	static unsigned int nr;

	snprintf(t->name, sizeof(t->name), "fuzz-%u", ++nr);
	t->opts = (struct hdt_table_opts){
		.sleepable = fuzz_one_in(f, 2),
		.max_handlers = fuzz_one_in(f, 4) ? 1 + fuzz_below(f, 20) : 0,
		.stats = fuzz_one_in(f, 4),
	};
	t->creator = some_module(f);
	t->dead = false;
	t->nr = 0;
	INIT_LIST_HEAD(&t->entries);
	INIT_LIST_HEAD(&t->limbo);
	t->table = __hdt_table_create(t->name, &t->opts, t->creator);
	if (IS_ERR(t->table)) {
		fuzz_fail(f, "no table: %ld", PTR_ERR(t->table));
		return;
	}
	if (hdt_table_get(t->name) != t->table)
		fuzz_fail(f, "another table of its name");
}

/* The table's memory may go; with nothing in it that the model knows of. */
static void drop_table(struct fuzz_table *t)
{
	fuzz_reaped(t, NULL, true);
	hdt_table_put(t->table);
}

static struct fuzz_table *some_table(struct fuzz *f)
{
	struct fuzz_table *t = &f->tables[fuzz_below(f, FUZZ_TABLES)];

	/* A dead one is of interest for a while only. */
	if (t->dead && !f->depth && fuzz_one_in(f, 16)) {
		drop_table(t);
		make_table(f, t);
	}
	return t;
}

/*
 * A handler of an atomic table must not sleep. Where RCU's readers are not counted
 * (no CONFIG_PREEMPT_RCU) hdt cannot tell, so what would have it sleep is left out.
 */
static bool careless(const struct fuzz *f, const struct fuzz_table *t)
{
	return f->in_atomic && t->opts.sleepable && hdt_may_sleep();
}

/* ---- calls ------------------------------------------------------------------ */

enum way { BY_KEY, BY_BYTES, BY_PREPARED, BY_HANDLE };

struct attempt {
	enum way way;
	const char *key;
	size_t len;
	struct hdt_key prepared;
	u64 handle;
	bool word;		/* the signature */
	long x;
	const char *text;
};

static int call_num(struct fuzz_table *t, const struct attempt *a, long *ret)
{
	switch (a->way) {
	case BY_KEY:
		return num_call(t->table, a->key, ret, a->x);
	case BY_BYTES:
		return num_call_n(t->table, a->key, a->len, ret, a->x);
	case BY_PREPARED:
		return num_call_key(t->table, &a->prepared, ret, a->x);
	default:
		return num_call_handle(t->table, (num_handle){ { a->handle } }, ret, a->x);
	}
}

static int call_word(struct fuzz_table *t, const struct attempt *a, long *ret)
{
	int err, word = 0;

	switch (a->way) {
	case BY_KEY:
		err = word_call(t->table, a->key, &word, a->text);
		break;
	case BY_BYTES:
		err = word_call_n(t->table, a->key, a->len, &word, a->text);
		break;
	case BY_PREPARED:
		err = word_call_key(t->table, &a->prepared, &word, a->text);
		break;
	default:
		err = word_call_handle(t->table, (word_handle){ { a->handle } }, &word, a->text);
	}
	*ret = word;
	return err;
}

/* What hdt has to answer. */
static int call_expected(struct fuzz *f, struct fuzz_table *t, const struct attempt *a,
			 const struct fuzz_entry *entry)
{
	if (t->opts.sleepable && !hdt_may_sleep())
		return -EOPNOTSUPP;
	if (!entry)
		return a->way == BY_HANDLE ? -ESTALE : -ENOENT;
	if ((entry->object->fn == FUZZ_WORD) != a->word)
		return -EPROTOTYPE;
	if (entry->object->mode == HDT_EXCLUSIVE && entry->object->nr_running)
		return -EBUSY;
	return 0;
}

static bool was_once(const struct fuzz_table *t)
{
	const struct fuzz_object *object;

	list_for_each_entry(object, &t->limbo, node)
		if (object->mode == HDT_ONCE)
			return true;
	return false;
}

static void attempt(struct fuzz *f, struct fuzz_table *t, const struct attempt *a,
		    struct fuzz_entry *entry, int want)
{
	struct fuzz_object *object = entry ? entry->object : NULL;
	long ret = -1, result = object ? result_of(object, a->x, a->text) : 0;
	bool maybe_taken = !entry && was_once(t);
	int *inside = t->opts.sleepable ? &f->in_sleepable : &f->in_atomic;
	int err;

	if (careless(f, t))
		return;
	if (!want && object->mode == HDT_ONCE)
		fuzz_remove(f, t, entry, false);
	++*inside;
	err = a->word ? call_word(t, a, &ret) : call_num(t, a, &ret);
	--*inside;
	/* A once handler that is on its way out is known to have been taken. */
	if (err == -EALREADY && maybe_taken && (want == -ENOENT || want == -ESTALE))
		return;
	fuzz_expect(f, "call", want, err);
	if (!want)
		fuzz_expect(f, "value", result, ret);
	else
		f->nr_refused++;
}

static void op_call(struct fuzz *f)
{
	char buffer[FUZZ_KEY_BYTES + 1];
	struct fuzz_table *t = some_table(f);
	const char *key = fuzz_key(f, t, buffer);
	size_t len = strlen(key);
	struct attempt a = {
		.way = fuzz_below(f, BY_HANDLE),
		.key = key,
		.len = len,
		.x = fuzz_below(f, 1000),
		.text = fuzz_one_in(f, 2) ? "" : "text",
	};
	struct fuzz_entry *entry = fuzz_find(t, key, len);
	int want = key_refused(len);

	a.word = entry && entry->object->fn == FUZZ_WORD;
	if (fuzz_one_in(f, 16))
		a.word = !a.word;
	if (!want && a.way != BY_KEY && fuzz_one_in(f, 64)) {
		/* A NUL inside, which only these two can have. */
		memmove(buffer, key, len + 1);
		buffer[fuzz_below(f, len)] = '\0';
		a.key = buffer;
		entry = NULL;
		want = -EINVAL;
	}
	if (a.way == BY_PREPARED) {
		fuzz_expect(f, "key_init", want, hdt_key_init(&a.prepared, a.key, len));
		want = want ? -EINVAL : 0;
	}
	attempt(f, t, &a, entry, want ?: call_expected(f, t, &a, entry));
}

/* By the handle of a handler that is there, of one that went, or made up. */
static void op_call_handle(struct fuzz *f)
{
	struct fuzz_table *t = some_table(f);
	struct fuzz_entry *entry;
	struct attempt a = {
		.way = BY_HANDLE,
		.x = fuzz_below(f, 1000),
		.text = "handle",
	};

	a.handle = f->stale[fuzz_below(f, ARRAY_SIZE(f->stale))];
	if (fuzz_one_in(f, 8))
		a.handle = (u64)prandom_u32_state(&f->random) << 32 | fuzz_below(f, 256);
	if (!list_empty(&t->entries) && !fuzz_one_in(f, 4)) {
		entry = list_first_entry(&t->entries, struct fuzz_entry, node);
		/* Not always the same one. */
		list_rotate_left(&t->entries);
		if (entry->handle) {
			a.handle = entry->handle;
			/* Not of a stale one: its neighbour may be in use. */
			if (fuzz_one_in(f, 16))
				a.handle ^= 1ULL << fuzz_below(f, 64);
		}
	}
	if (!a.handle || __hdt_handle_err((struct hdt_handle){ a.handle }))
		return;
	entry = fuzz_find_handle(t, a.handle);
	/* One whose handle nobody has asked for: guessed, at 2^-32. */
	a.word = entry && entry->object->fn == FUZZ_WORD;
	if (fuzz_one_in(f, 16))
		a.word = !a.word;
	attempt(f, t, &a, entry, call_expected(f, t, &a, entry));
}

/* A handler keeps its handle across replacements; the model learns it here. */
static void op_get(struct fuzz *f)
{
	char buffer[FUZZ_KEY_BYTES + 1];
	struct fuzz_table *t = some_table(f);
	const char *key = fuzz_key(f, t, buffer);
	struct fuzz_entry *entry = fuzz_find(t, key, strlen(key));
	bool word = entry && entry->object->fn == FUZZ_WORD, maybe_taken = !entry && was_once(t);
	int want = key_refused(strlen(key)) ?: entry ? 0 : -ENOENT, err;
	u64 handle;

	if (fuzz_one_in(f, 16)) {
		word = !word;
		if (entry)
			want = -EPROTOTYPE;
	}
	handle = word ? word_get(t->table, key).h.raw : num_get(t->table, key).h.raw;
	err = __hdt_handle_err((struct hdt_handle){ handle });
	if (err == -EALREADY && maybe_taken)
		return;
	fuzz_expect(f, "get", want, err);
	if (err)
		return;
	if (entry->handle)
		fuzz_expect(f, "handle", entry->handle, handle);
	entry->handle = handle;
}

static void op_version(struct fuzz *f)
{
	char buffer[FUZZ_KEY_BYTES + 1];
	struct fuzz_table *t = some_table(f);
	const char *key = fuzz_key(f, t, buffer);
	struct fuzz_entry *entry = fuzz_find(t, key, strlen(key));
	u64 version = hdt_version(t->table, key);

	fuzz_expect(f, "a version", !!entry, !!version);
	if (!entry)
		return;
	if (entry->version)
		fuzz_expect(f, "version", entry->version, version);
	else if (entry->version_before)
		fuzz_expect(f, "another version", true, version != entry->version_before);
	entry->version = version;
}

/* ---- registrations ---------------------------------------------------------- */

/* Spoil a handler now and then; the errno that this has to give. */
static int spoil(struct fuzz *f, struct hdt_handler *handler)
{
	switch (fuzz_below(f, 200)) {
	case 0:
		handler->entry = (hdt_entry_t)f;	/* data */
		return -EINVAL;
	case 1:
		handler->opts.mode = HDT_ONCE + 1;
		return -EINVAL;
	case 2:
		handler->opts.stack_bytes = THREAD_SIZE;
		return -EINVAL;
	case 3:
		if (handler->opts.capture)
			return 0;
		handler->opts.capture_size = 8;
		return -EINVAL;
	default:
		return 0;
	}
}

/* A random handler of @key; the errno that validation has to give. */
static int some_handler(struct fuzz *f, struct hdt_handler *handler, const char *key,
			struct fuzz_object *object, enum fuzz_fn fn)
{
	*handler = (struct hdt_handler){
		.sig = fn == FUZZ_WORD ? &word_sig : &num_sig,
		.key = key,
		.entry = entries[fn],
		.ctx = &object->ctx,
	};
	object->fn = fn;
	object->owner = some_module(f);
	object->mode = fuzz_one_in(f, 6) ? fuzz_below(f, 3) : HDT_SHARED;
	object->captured = fuzz_one_in(f, 4);
	object->has_release = fuzz_one_in(f, 2);
	handler->opts.mode = object->mode;
	if (object->has_release)
		handler->opts.release = fuzz_release_fn;
	if (object->captured) {
		handler->opts.capture = handler->ctx;
		handler->opts.capture_size = sizeof(object->ctx);
		handler->ctx = NULL;
	}
	return key_refused(strlen(key)) ?: spoil(f, handler);
}

#define BATCH_MAX	12

struct batch {
	size_t nr;
	struct hdt_handler handlers[BATCH_MAX];
	struct fuzz_object *objects[BATCH_MAX];
	char keys[BATCH_MAX][FUZZ_KEY_BYTES + 1];
};

static bool is_taken(struct fuzz_table *t, const struct batch *b, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (!strcmp(b->keys[i], b->keys[nr]))
			return true;
	return fuzz_find(t, b->keys[nr], strlen(b->keys[nr]));
}

/* Of the table, once all arguments are in order; *@inserted: before that is known. */
static int register_expected(struct fuzz_table *t, const struct batch *b, size_t *inserted)
{
	if (t->dead)
		return -ENOENT;
	if (t->opts.max_handlers && t->nr + b->nr > t->opts.max_handlers)
		return -ENOSPC;
	for (; *inserted < b->nr; ++*inserted)
		if (is_taken(t, b, *inserted))
			return -EEXIST;
	return 0;
}

/* The batch is what hdt was given, and @want what it has to answer. */
static void register_batch(struct fuzz *f, struct fuzz_table *t, struct batch *b, int want)
{
	struct module *owner = b->objects[0]->owner;
	bool sleeps = hdt_may_sleep(), waits = may_wait(f, t);
	size_t inserted = 0, i;
	int err;

	if (!sleeps)
		want = -EOPNOTSUPP;
	else if (!want)
		want = register_expected(t, b, &inserted);
	err = __hdt_register(t->table, b->handlers, b->nr, owner);
	fuzz_expect(f, "register", want, err);
	for (i = 0; i < b->nr; i++) {
		if (!want)
			fuzz_add(f, t, b->keys[i], b->objects[i]);
		else if (i < inserted && !waits)
			list_add(&b->objects[i]->node, &t->limbo);
		else
			fuzz_object_refused(b->objects[i], sleeps);
	}
	/* What had been inserted was waited for, and all else with it. */
	if (want && inserted && waits)
		fuzz_reaped(t, NULL, true);
}

static void op_register(struct fuzz *f)
{
	static struct batch batches[FUZZ_DEPTH + 1];
	struct batch *b = &batches[f->depth];
	char buffer[FUZZ_KEY_BYTES + 1];
	struct module *owner = some_module(f);
	struct fuzz_table *t = some_table(f);
	int want = 0;
	size_t i;

	/* careless, too */
	if (f->in_atomic && hdt_may_sleep())
		return;
	b->nr = fuzz_one_in(f, 8) ? 1 + fuzz_below(f, BATCH_MAX) : 1;
	for (i = 0; i < b->nr; i++) {
		/* Those of another table are mostly free in this one. */
		strscpy(b->keys[i], fuzz_key(f, some_table(f), buffer), sizeof(b->keys[i]));
		b->objects[i] = fuzz_object(f);
		if (!b->objects[i])
			return;
		want = some_handler(f, &b->handlers[i], b->keys[i], b->objects[i],
				    fuzz_below(f, FUZZ_NR_FNS)) ?: want;
		b->objects[i]->owner = owner;
		/* The first that is wrong decides. */
		if (want)
			b->nr = i + 1;
	}
	register_batch(f, t, b, want);
}

static int replace_expected(struct fuzz *f, struct fuzz_table *t, const struct fuzz_entry *entry,
			    enum fuzz_fn fn, u64 *version)
{
	if (t->dead || !entry)
		return -ENOENT;
	if ((entry->object->fn == FUZZ_WORD) != (fn == FUZZ_WORD))
		return -EPROTOTYPE;
	if (entry->version && fuzz_one_in(f, 2)) {
		*version = entry->version;
		if (fuzz_one_in(f, 2)) {
			*version ^= 1ULL << fuzz_below(f, 64) | 1;
			return -ESTALE;
		}
	}
	return 0;
}

static void op_replace(struct fuzz *f)
{
	char buffer[FUZZ_KEY_BYTES + 1];
	struct fuzz_table *t = some_table(f);
	const char *key = fuzz_key(f, t, buffer);
	struct fuzz_entry *entry = fuzz_find(t, key, strlen(key));
	enum fuzz_fn fn = fuzz_below(f, FUZZ_NR_FNS);
	struct fuzz_object *object = fuzz_object(f), *old;
	bool waits = may_wait(f, t), sleeps = hdt_may_sleep();
	struct hdt_handler handler;
	u64 version = 0;
	int want, err;

	if (!object)
		return;
	if (entry && !fuzz_one_in(f, 16))
		fn = entry->object->fn;
	want = some_handler(f, &handler, key, object, fn);
	if (!want)
		want = replace_expected(f, t, entry, fn, &version);
	err = __hdt_replace(t->table, &handler, version, object->owner);
	/* Per-CPU memory may be short where one cannot wait for more. */
	if (err == -ENOMEM && !waits && t->opts.stats)
		want = err;
	fuzz_expect(f, "replace", want, err);
	if (want) {
		fuzz_object_refused(object, sleeps);
		return;
	}
	old = entry->object;
	entry->object = object;
	entry->version_before = entry->version;
	entry->version = 0;
	f->nr_changes++;
	if (waits)
		fuzz_object_end(old);
	else
		list_add(&old->node, &t->limbo);
}

/* ---- removals --------------------------------------------------------------- */

static bool may_remove(const struct fuzz_table *t, const struct fuzz_entry *entry,
		       const struct module *caller)
{
	return entry->object->owner == caller || t->creator == caller;
}

static void remove(struct fuzz *f, bool async)
{
	char buffer[FUZZ_KEY_BYTES + 1];
	struct fuzz_table *t = some_table(f);
	const char *key = fuzz_key(f, t, buffer);
	struct fuzz_entry *entry = fuzz_find(t, key, strlen(key));
	struct module *caller = entry && fuzz_below(f, 4) ? entry->object->owner : some_module(f);
	int want = key_refused(strlen(key)), err;

	if (!want && !async)
		want = wait_refused(f, t);
	if (!want)
		want = !entry ? -ENOENT : may_remove(t, entry, caller) ? 0 : -EPERM;
	err = async ? __hdt_unregister_async(t->table, key, caller) :
		      __hdt_unregister(t->table, key, caller);
	fuzz_expect(f, async ? "unregister_async" : "unregister", want, err);
	if (want)
		return;
	fuzz_remove(f, t, entry, !async);
	if (!async)
		fuzz_reaped(t, NULL, true);
}

static void op_unregister(struct fuzz *f)
{
	remove(f, false);
}

static void op_unregister_async(struct fuzz *f)
{
	remove(f, true);
}

static void op_unregister_all(struct fuzz *f)
{
	struct fuzz_table *t = some_table(f);
	struct module *owner = some_module(f);
	int want = wait_refused(f, t);

	fuzz_expect(f, "unregister_all", want, hdt_unregister_all(t->table, owner));
	if (want)
		return;
	fuzz_remove_all(f, t, owner, false);
	fuzz_reaped(t, NULL, true);
}

static void op_destroy(struct fuzz *f)
{
	struct fuzz_table *t = some_table(f);
	struct module *caller = some_module(f);
	int want = caller != t->creator ? -EPERM : wait_refused(f, t) ?: t->dead ? -ENOENT : 0;

	fuzz_expect(f, "destroy", want, __hdt_table_destroy(t->table, caller));
	if (want)
		return;
	t->dead = true;
	fuzz_remove_all(f, t, NULL, true);
	fuzz_reaped(t, NULL, true);
}

/* A module goes and leaves everything behind; and is loaded again. */
static void op_sweep(struct fuzz *f)
{
	struct module *mod = f->modules[1 + fuzz_below(f, ARRAY_SIZE(f->modules) - 1)];
	struct fuzz_table *t;

	/* The kernel sweeps from no handler; each sweep makes its reports. */
	if (f->depth || !fuzz_one_in(f, 8))
		return;
	mod->state = MODULE_STATE_GOING;
	hdt_owner_going(mod);
	mod->state = MODULE_STATE_LIVE;
	for (t = f->tables; t < f->tables + FUZZ_TABLES; t++) {
		if (t->creator == mod)
			t->dead = true;
		fuzz_remove_all(f, t, mod, t->creator == mod);
		fuzz_reaped(t, mod, t->creator == mod);
	}
}

static void op_reap(struct fuzz *f)
{
	struct fuzz_table *t = some_table(f);

	if (f->depth)
		return;
	fixture_reap(t->table);
	fuzz_reaped(t, NULL, true);
}

/* ---- all of it -------------------------------------------------------------- */

static const struct {
	const char *name;
	void (*run)(struct fuzz *f);
	u32 share;
} operations[] = {
	{ "call", op_call, 400 },
	{ "call by handle", op_call_handle, 200 },
	{ "get", op_get, 100 },
	{ "version", op_version, 50 },
	{ "register", op_register, 110 },
	{ "replace", op_replace, 60 },
	{ "unregister", op_unregister, 40 },
	{ "unregister_async", op_unregister_async, 30 },
	{ "reap", op_reap, 4 },
	{ "unregister_all", op_unregister_all, 3 },
	{ "destroy", op_destroy, 2 },
	{ "sweep", op_sweep, 1 },
};

static void operation(struct fuzz *f)
{
	const char *before = f->doing;
	u32 at = fuzz_below(f, 1000), i;

	for (i = 0; at >= operations[i].share; i++)
		at -= operations[i].share;
	f->doing = operations[i].name;
	operations[i].run(f);
	if (!f->failed)
		f->doing = before;
}

static void random_operations_agree_with_the_model(struct kunit *test)
{
	struct fuzz *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, f);
	f->test = test;
	f->seed = seed ?: get_random_u64();
	f->nr_ops = ops;
	f->modules[1] = fixture(test)->owner;
	f->modules[2] = fixture(test)->stranger;
	f->doing = "nothing yet";
	kunit_info(test, "seed %llu, %lu operations\n", f->seed, f->nr_ops);
	prandom_seed_state(&f->random, f->seed);
	for (i = 0; i < FUZZ_KEYS; i++)
		fuzz_random_key(f, f->keys[i]);
	for (i = 0; i < FUZZ_TABLES; i++)
		make_table(f, &f->tables[i]);
	for (f->op = 0; f->op < f->nr_ops && !f->failed; f->op++) {
		operation(f);
		/* Other keys, one at a time: those in the tables stay there. */
		if (!(f->op % 512))
			fuzz_random_key(f, f->keys[fuzz_below(f, FUZZ_KEYS)]);
		if (!(f->op % 4096))
			cond_resched();
	}
	KUNIT_ASSERT_FALSE(test, f->failed);
	for (i = 0; i < FUZZ_TABLES; i++) {
		struct fuzz_table *t = &f->tables[i];

		if (!t->dead)
			fuzz_expect(f, "destroy", 0, __hdt_table_destroy(t->table, t->creator));
		fuzz_remove_all(f, t, NULL, true);
		drop_table(t);
	}
	kunit_info(test, "SUMMARY fuzz seed=%llu ops=%lu ran=%lu refused=%lu changes=%lu releases=%lu\n",
		   f->seed, f->op, f->nr_ran, f->nr_refused, f->nr_changes, f->nr_released);
}

static struct kunit_case fuzz_cases[] = {
	KUNIT_CASE_SLOW(random_operations_agree_with_the_model),
	{}
};

static struct kunit_suite fuzz_suite = {
	.name = "hdt_fuzz",
	.init = fixture_init,
	.test_cases = fuzz_cases,
};

kunit_test_suite(fuzz_suite);
