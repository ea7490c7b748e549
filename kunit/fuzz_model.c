// SPDX-License-Identifier: GPL-2.0-only
#include <linux/slab.h>
#include <linux/stdarg.h>

#include "fuzz_model.h"

void fuzz_fail(struct fuzz *f, const char *format, ...)
{
	struct va_format text = { .fmt = format };
	va_list args;

	if (f->failed)
		return;
	f->failed = true;
	va_start(args, format);
	text.va = &args;
	KUNIT_FAIL(f->test,
		   "%s, operation %lu: %pV. Again: kunit/run --parameter fuzz_kunit.seed=%llu --parameter fuzz_kunit.ops=%lu 'hdt_fuzz'",
		   f->doing, f->op, &text, f->seed, f->op + 1);
	va_end(args);
}

/* ---- objects ---------------------------------------------------------------- */

struct fuzz_object *fuzz_object(struct fuzz *f)
{
	struct fuzz_object *object = kzalloc(sizeof(*object), GFP_ATOMIC);

	if (!object) {
		fuzz_fail(f, "out of memory");
		return NULL;
	}
	object->fuzz = f;
	object->ctx.object = object;
	object->ctx.value = 1000 + fuzz_below(f, 1000000);
	object->alive = true;
	INIT_LIST_HEAD(&object->node);
	return object;
}

void fuzz_object_end(struct fuzz_object *object)
{
	struct fuzz *f = object->fuzz;

	fuzz_expect(f, "releases", object->has_release, object->nr_released);
	fuzz_expect(f, "calls in a handler that went", 0, object->nr_running);
	f->nr_released += object->has_release;
	list_del(&object->node);
	/* KASAN, or the poison, tells if hdt still uses it. */
	memset(object, 0x5a, sizeof(*object));
	kfree(object);
}

void fuzz_object_refused(struct fuzz_object *object, bool release_due)
{
	object->has_release &= release_due;
	fuzz_object_end(object);
}

/* ---- tables ----------------------------------------------------------------- */

struct fuzz_entry *fuzz_find(struct fuzz_table *t, const char *key, size_t len)
{
	struct fuzz_entry *entry;

	list_for_each_entry(entry, &t->entries, node)
		if (entry->len == len && !memcmp(entry->key, key, len))
			return entry;
	return NULL;
}

struct fuzz_entry *fuzz_find_handle(struct fuzz_table *t, u64 handle)
{
	struct fuzz_entry *entry;

	list_for_each_entry(entry, &t->entries, node)
		if (entry->handle == handle)
			return entry;
	return NULL;
}

void fuzz_add(struct fuzz *f, struct fuzz_table *t, const char *key, struct fuzz_object *object)
{
	struct fuzz_entry *entry = kzalloc(sizeof(*entry), GFP_ATOMIC);

	if (!entry) {
		fuzz_fail(f, "out of memory");
		return;
	}
	entry->len = strlen(key);
	memcpy(entry->key, key, entry->len);
	entry->object = object;
	list_add(&entry->node, &t->entries);
	t->nr++;
	f->nr_changes++;
}

void fuzz_remove(struct fuzz *f, struct fuzz_table *t, struct fuzz_entry *entry, bool waited)
{
	if (entry->handle)
		f->stale[fuzz_below(f, ARRAY_SIZE(f->stale))] = entry->handle;
	if (waited)
		fuzz_object_end(entry->object);
	else
		list_add(&entry->object->node, &t->limbo);
	list_del(&entry->node);
	kfree(entry);
	t->nr--;
	f->nr_changes++;
}

void fuzz_remove_all(struct fuzz *f, struct fuzz_table *t, struct module *owner, bool everyone)
{
	struct fuzz_entry *entry, *next;

	list_for_each_entry_safe(entry, next, &t->entries, node)
		if (everyone || entry->object->owner == owner)
			fuzz_remove(f, t, entry, true);
}

void fuzz_reaped(struct fuzz_table *t, struct module *owner, bool everyone)
{
	struct fuzz_object *object, *next;

	list_for_each_entry_safe(object, next, &t->limbo, node)
		if (everyone || object->owner == owner)
			fuzz_object_end(object);
}

/* ---- tables to choose from --------------------------------------------------- */

struct module *fuzz_some_module(struct fuzz *f)
{
	return f->modules[fuzz_below(f, ARRAY_SIZE(f->modules))];
}

void fuzz_make_table(struct fuzz *f, struct fuzz_table *t)
{
	static unsigned int nr;

	snprintf(t->name, sizeof(t->name), "fuzz-%u", ++nr);
	t->opts = (struct hdt_table_opts){
		.sleepable = fuzz_one_in(f, 2),
		.max_handlers = fuzz_one_in(f, 4) ? 1 + fuzz_below(f, 20) : 0,
		.stats = fuzz_one_in(f, 4),
	};
	t->creator = fuzz_some_module(f);
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
void fuzz_drop_table(struct fuzz_table *t)
{
	fuzz_reaped(t, NULL, true);
	hdt_table_put(t->table);
}

struct fuzz_table *fuzz_some_table(struct fuzz *f)
{
	struct fuzz_table *t = &f->tables[fuzz_below(f, FUZZ_TABLES)];

	/* A dead one is of interest for a while only. */
	if (t->dead && !f->depth && fuzz_one_in(f, 16)) {
		fuzz_drop_table(t);
		fuzz_make_table(f, t);
	}
	return t;
}

/* ---- keys ------------------------------------------------------------------- */

/* Short ones more often than long ones, and now and then one that is too long. */
static size_t random_length(struct fuzz *f)
{
	switch (fuzz_below(f, 8)) {
	case 0:
		return fuzz_below(f, FUZZ_KEY_BYTES + 1);
	case 1:
		return fuzz_below(f, 2) ? HDT_KEY_MAX - 1 + fuzz_below(f, 3) : fuzz_below(f, 2);
	default:
		return 1 + fuzz_below(f, 24);
	}
}

/* Every byte but NUL, or a few only, so that keys are alike. */
void fuzz_random_key(struct fuzz *f, char *key)
{
	size_t len = random_length(f), i;
	u32 values = fuzz_one_in(f, 2) ? 255 : 2;

	for (i = 0; i < len; i++)
		key[i] = 1 + fuzz_below(f, values);
	key[len] = '\0';
}

const char *fuzz_key(struct fuzz *f, struct fuzz_table *t, char buffer[FUZZ_KEY_BYTES + 1])
{
	const char *known = f->keys[fuzz_below(f, FUZZ_KEYS)];
	struct fuzz_entry *entry;
	size_t len;

	if (!list_empty(&t->entries) && !fuzz_one_in(f, 4)) {
		/* Not always the same one; copied, since it may go meanwhile. */
		list_rotate_left(&t->entries);
		entry = list_first_entry(&t->entries, struct fuzz_entry, node);
		memcpy(buffer, entry->key, sizeof(entry->key));
		return buffer;
	}

	switch (fuzz_below(f, 32)) {
	case 0:
		fuzz_random_key(f, buffer);
		return buffer;
	case 1:
		/* One bit from a key that may be there, or one byte shorter. */
		strscpy(buffer, known, FUZZ_KEY_BYTES + 1);
		len = strlen(buffer);
		if (len && fuzz_one_in(f, 2))
			buffer[len - 1] = '\0';
		else if (len)
			buffer[fuzz_below(f, len)] ^= 1 << fuzz_below(f, 8);
		return buffer;
	default:
		return known;
	}
}
