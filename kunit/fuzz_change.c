// SPDX-License-Identifier: GPL-2.0-only
/* Random registrations, replacements and removals: see fuzz_kunit.c. */
#include "fuzz_model.h"
#include "owner.h"

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
		.entry = fuzz_entries[fn],
		.ctx = &object->ctx,
	};
	object->fn = fn;
	object->owner = fuzz_some_module(f);
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
	return fuzz_key_refused(strlen(key)) ?: spoil(f, handler);
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
	bool sleeps = hdt_may_sleep(), waits = fuzz_may_wait(f, t);
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

void fuzz_op_register(struct fuzz *f)
{
	static struct batch batches[FUZZ_DEPTH + 1];
	struct batch *b = &batches[f->depth];
	char buffer[FUZZ_KEY_BYTES + 1];
	struct module *owner = fuzz_some_module(f);
	struct fuzz_table *t = fuzz_some_table(f);
	int want = 0;
	size_t i;

	/* careless, too */
	if (f->in_atomic && hdt_may_sleep())
		return;
	b->nr = fuzz_one_in(f, 8) ? 1 + fuzz_below(f, BATCH_MAX) : 1;
	for (i = 0; i < b->nr; i++) {
		/* Those of another table are mostly free in this one. */
		strscpy(b->keys[i], fuzz_key(f, fuzz_some_table(f), buffer), sizeof(b->keys[i]));
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

void fuzz_op_replace(struct fuzz *f)
{
	char buffer[FUZZ_KEY_BYTES + 1];
	struct fuzz_table *t = fuzz_some_table(f);
	const char *key = fuzz_key(f, t, buffer);
	struct fuzz_entry *entry = fuzz_find(t, key, strlen(key));
	enum fuzz_fn fn = fuzz_below(f, FUZZ_NR_FNS);
	struct fuzz_object *object = fuzz_object(f), *old;
	bool waits = fuzz_may_wait(f, t), sleeps = hdt_may_sleep();
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
	struct fuzz_table *t = fuzz_some_table(f);
	const char *key = fuzz_key(f, t, buffer);
	struct fuzz_entry *entry = fuzz_find(t, key, strlen(key));
	struct module *caller = entry && fuzz_below(f, 4) ? entry->object->owner :
							    fuzz_some_module(f);
	int want = fuzz_key_refused(strlen(key)), err;

	if (!want && !async)
		want = fuzz_wait_refused(f, t);
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

void fuzz_op_unregister(struct fuzz *f)
{
	remove(f, false);
}

void fuzz_op_unregister_async(struct fuzz *f)
{
	remove(f, true);
}

void fuzz_op_unregister_all(struct fuzz *f)
{
	struct fuzz_table *t = fuzz_some_table(f);
	struct module *owner = fuzz_some_module(f);
	int want = fuzz_wait_refused(f, t);

	fuzz_expect(f, "unregister_all", want, hdt_unregister_all(t->table, owner));
	if (want)
		return;
	fuzz_remove_all(f, t, owner, false);
	fuzz_reaped(t, NULL, true);
}

void fuzz_op_destroy(struct fuzz *f)
{
	struct fuzz_table *t = fuzz_some_table(f);
	struct module *caller = fuzz_some_module(f);
	int want = caller != t->creator ? -EPERM : fuzz_wait_refused(f, t) ?: t->dead ? -ENOENT : 0;

	fuzz_expect(f, "destroy", want, __hdt_table_destroy(t->table, caller));
	if (want)
		return;
	t->dead = true;
	fuzz_remove_all(f, t, NULL, true);
	fuzz_reaped(t, NULL, true);
}

/* A module goes and leaves everything behind; and is loaded again. */
void fuzz_op_sweep(struct fuzz *f)
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

void fuzz_op_reap(struct fuzz *f)
{
	struct fuzz_table *t = fuzz_some_table(f);

	if (f->depth)
		return;
	fixture_reap(t->table);
	fuzz_reaped(t, NULL, true);
}
