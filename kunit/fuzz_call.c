// SPDX-License-Identifier: GPL-2.0-only
/* Random dispatches: see fuzz_kunit.c. */
#include "fuzz_model.h"

/*
 * A handler of an atomic table must not sleep. Where RCU's readers are not counted
 * (no CONFIG_PREEMPT_RCU) hdt cannot tell, so what would have it sleep is left out.
 */
static bool careless(const struct fuzz *f, const struct fuzz_table *t)
{
	return f->in_atomic && t->opts.sleepable && hdt_may_sleep();
}

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
		return num_call_handle(t->table, (num_handle){ .h.raw = a->handle }, ret, a->x);
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
		err = word_call_handle(t->table, (word_handle){ .h.raw = a->handle }, &word,
				       a->text);
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
	long ret = -1, result = object ? fuzz_result(object, a->x, a->text) : 0;
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

void fuzz_op_call(struct fuzz *f)
{
	char buffer[FUZZ_KEY_BYTES + 1];
	struct fuzz_table *t = fuzz_some_table(f);
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
	int want = fuzz_key_refused(len);

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
void fuzz_op_call_handle(struct fuzz *f)
{
	struct fuzz_table *t = fuzz_some_table(f);
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
void fuzz_op_get(struct fuzz *f)
{
	char buffer[FUZZ_KEY_BYTES + 1];
	struct fuzz_table *t = fuzz_some_table(f);
	const char *key = fuzz_key(f, t, buffer);
	struct fuzz_entry *entry = fuzz_find(t, key, strlen(key));
	bool word = entry && entry->object->fn == FUZZ_WORD, maybe_taken = !entry && was_once(t);
	int want = fuzz_key_refused(strlen(key)) ?: entry ? 0 : -ENOENT, err;
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

void fuzz_op_version(struct fuzz *f)
{
	char buffer[FUZZ_KEY_BYTES + 1];
	struct fuzz_table *t = fuzz_some_table(f);
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
