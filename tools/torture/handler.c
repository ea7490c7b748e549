// SPDX-License-Identifier: GPL-2.0-only
/*
 * The functions that are registered. Each knows its number, and the object that
 * it is given knows the number of the function that has to run with it.
 */
#include <linux/delay.h>
#include <linux/string.h>

#include "torture.h"

#define CAPTURED_MAGIC 0x70c7a9d0c0ffee11ULL

/* A call is in @object: may it be? */
static bool enter(struct torture_object *object, unsigned int entry, struct torture_call *call)
{
	int inside, state;

	if (!torture_object_valid(object)) {
		torture_error(ERR_TORN, "\"%s\": entry %u has a ctx of none: %p", call->name,
			      entry, object);
		return false;
	}
	inside = atomic_inc_return(&object->inside);
	state = atomic_read(&object->state);
	if (state != OBJ_LIVE)
		torture_error(ERR_AFTER, "\"%s\": entered in state %d", call->name, state);
	else if (object->entry != entry)
		torture_error(ERR_TORN, "\"%s\": entry %u has the ctx of entry %u", call->name,
			      entry, object->entry);
	else if (object->key != call->key)
		torture_error(ERR_WRONG, "\"%s\": the handler of \"%s\" runs", call->name,
			      object->key->name);
	else if (object->mode == HDT_EXCLUSIVE && inside != 1)
		torture_error(ERR_EXCLUSIVE, "\"%s\": %d callers", call->name, inside);
	if (atomic_inc_return(&object->runs) > 1 && object->mode == HDT_ONCE)
		torture_error(ERR_ONCE, "\"%s\": ran again", call->name);
	return true;
}

static void leave(struct torture_object *object, u64 life, struct torture_call *call)
{
	int state = atomic_read(&object->state);

	if (state != OBJ_LIVE || object->life != life)
		torture_error(ERR_AFTER, "\"%s\": went to state %d under a call", call->name,
			      state);
	atomic_dec(&object->inside);
}

/* Time for others to come along; in an atomic table without sleeping. */
static void linger(struct torture_key *key, struct torture_call *call)
{
	if (key->arena->sleepable && torture_one_in(call->me, 4))
		usleep_range(100, 3000);
	else
		udelay(torture_pick(call->me, 200));
}

/*
 * In a handler a wait for it must be refused. From an interrupt it would be
 * anyway, for another reason; that is left to the timers' own thread.
 */
static void try_to_wait(struct torture_key *key, struct torture_call *call)
{
	int err = hdt_unregister(call->table, key->name);

	if (err != -EDEADLK)
		torture_errno("waiting unregister inside a handler", key->name, err);
	err = hdt_unregister_all(call->table, THIS_MODULE);
	if (err != -EDEADLK)
		torture_errno("unregister_all inside a handler", key->name, err);
}

/* -EALREADY is not among what removing may say; a once handler is gone as it runs. */
static void remove_self(struct torture_key *key, struct torture_object *object,
			struct torture_call *call)
{
	int err = hdt_unregister_async(call->table, key->name);

	if (torture_phase(READ_ONCE(key->state)) == PHASE_ANY ? err && err != -ENOENT :
	    err != (object->mode == HDT_ONCE ? -ENOENT : 0))
		torture_errno("async unregister inside the handler", key->name, err);
}

/* Where the handler may sleep this is legal; elsewhere it is refused, if that can be told. */
static void try_to_register(struct torture_key *key, struct torture_call *call)
{
	int err;

	if (key->arena->sleepable || !IS_ENABLED(CONFIG_PREEMPT_RCU))
		return;
	err = torture_register(call->table, key->name, torture_plain[0], NULL);
	if (err != -EOPNOTSUPP)
		torture_errno("register inside an atomic handler", key->name, err);
}

static void work(struct torture_key *key, struct torture_object *object,
		 struct torture_call *call)
{
	if (call->flags & CALL_LINGER)
		linger(key, call);
	if (call->flags & CALL_WAIT && !call->me->in_irq)
		try_to_wait(key, call);
	if (call->flags & CALL_REGISTER && !call->me->in_irq)
		try_to_register(key, call);
	if (call->flags & CALL_NEST)
		torture_call_some(call->me, key->arena, call->depth + 1);
	if (call->flags & CALL_LEAVE)
		remove_self(key, object, call);
	if (call->flags & CALL_LINGER && call->flags & CALL_LEAVE)
		linger(key, call);
}

static bool run(struct torture_object *object, unsigned int entry, struct torture_call *call)
{
	u64 life;

	if (!enter(object, entry, call))
		return false;
	life = object->life;
	call->ran++;
	call->life = life;
	call->lineage = object->lineage;
	work(object->key, object, call);
	leave(object, life, call);
	return true;
}

static int plain(void *ctx, unsigned int entry, struct torture_call *call)
{
	return run(ctx, entry, call) ? TORTURE_ANSWER(call->arg) : 0;
}

#define PLAIN(nr)								\
static int plain_##nr(void *ctx, struct torture_call *call)			\
{										\
	return plain(ctx, nr, call);						\
}

PLAIN(0)
PLAIN(1)
PLAIN(2)
PLAIN(3)

const torture_fn torture_plain[ENTRIES_PLAIN] = { plain_0, plain_1, plain_2, plain_3 };

const struct hdt_handler torture_template[ENTRIES_PLAIN] = {
	HDT_HANDLER(torture, "?", plain_0),
	HDT_HANDLER(torture, "?", plain_1),
	HDT_HANDLER(torture, "?", plain_2),
	HDT_HANDLER(torture, "?", plain_3),
};

static u64 wide(void *ctx, unsigned int entry, struct torture_call *call, u8 a, u16 b, u32 c,
		u64 d, const char *e)
{
	u32 arg = call->arg;

	if (a != (u8)arg || b != (u16)arg || c != arg || d != ~(u64)arg || e != call->name)
		torture_error(ERR_ANSWER, "\"%s\": parameters came as %u, %u, %u, %llu, %s",
			      call->name, a, b, c, d, e);
	return run(ctx, entry, call) ? (u64)TORTURE_ANSWER(arg) << 8 : 0;
}

static u64 wide_0(void *ctx, struct torture_call *call, u8 a, u16 b, u32 c, u64 d, const char *e)
{
	return wide(ctx, ENTRIES_PLAIN, call, a, b, c, d, e);
}

static u64 wide_1(void *ctx, struct torture_call *call, u8 a, u16 b, u32 c, u64 d, const char *e)
{
	return wide(ctx, ENTRIES_PLAIN + 1, call, a, b, c, d, e);
}

static const torture_wide_fn wides[ENTRIES_WIDE] = { wide_0, wide_1 };

/* ---- captures ---- */

static void fill(struct torture_captured *captured, struct torture_object *object)
{
	captured->magic = CAPTURED_MAGIC;
	captured->object = object;
	captured->life = object->life;
	captured->entry = object->entry;
	memset(captured->rest, object->life, sizeof(captured->rest));
}

static struct torture_object *unfold(const struct torture_captured *captured)
{
	struct torture_object *object = captured->object;

	if (captured->magic != CAPTURED_MAGIC || !torture_object_valid(object)) {
		torture_error(ERR_TORN, "ctx %p is no capture", captured);
		return NULL;
	}
	if (captured->life != object->life || captured->entry != object->entry ||
	    memchr_inv(captured->rest, (u8)captured->life, sizeof(captured->rest)))
		torture_error(ERR_AFTER, "\"%s\": a capture of life %llu in life %llu",
			      object->key->name, captured->life, object->life);
	return object;
}

static int capturing(void *ctx, unsigned int entry, struct torture_call *call)
{
	struct torture_object *object;

	if (!IS_ALIGNED((unsigned long)ctx, __alignof__(u64)))
		torture_error(ERR_TORN, "\"%s\": the capture is at %p", call->name, ctx);
	object = unfold(ctx);
	return object ? plain(object, entry, call) : 0;
}

static int capturing_0(void *ctx, struct torture_call *call)
{
	return capturing(ctx, ENTRIES_PLAIN + ENTRIES_WIDE, call);
}

static int capturing_1(void *ctx, struct torture_call *call)
{
	return capturing(ctx, ENTRIES_PLAIN + ENTRIES_WIDE + 1, call);
}

static const torture_fn captures[ENTRIES_CAPTURE] = { capturing_0, capturing_1 };

/* ---- release ---- */

static void release(void *ctx)
{
	torture_object_release(ctx);
}

static void release_captured(void *ctx)
{
	struct torture_object *object = unfold(ctx);

	if (object)
		torture_object_release(object);
}

/* ---- putting an object under its key ---- */

static int offer(struct torture_key *key, enum torture_how how, u64 version, torture_fn fn,
		 void *ctx, const struct hdt_opts *opts)
{
	struct hdt_table *table = key->arena->table;

	return how == HOW_REGISTER ?
	       torture_register_opts(table, key->name, fn, ctx, opts) :
	       torture_replace_opts(table, key->name, version, fn, ctx, opts);
}

static int offer_wide(struct torture_key *key, enum torture_how how, u64 version,
		      torture_wide_fn fn, void *ctx, const struct hdt_opts *opts)
{
	struct hdt_table *table = key->arena->table;

	return how == HOW_REGISTER ?
	       torture_wide_register_opts(table, key->name, fn, ctx, opts) :
	       torture_wide_replace_opts(table, key->name, version, fn, ctx, opts);
}

int torture_offer(struct torture_thread *me, struct torture_object *object, enum torture_how how,
		  u64 version)
{
	struct hdt_opts opts = {
		.mode = object->mode,
		.release = object->released ? release : NULL,
		.stack_bytes = torture_one_in(me, 4) ? 1536 : 0,
	};
	struct torture_key *key = object->key;
	struct torture_captured captured;
	unsigned int entry = object->entry;

	me->count[how == HOW_REGISTER ? NR_REGISTER : NR_REPLACE]++;
	if (entry < ENTRIES_PLAIN)
		return offer(key, how, version, torture_plain[entry], object, &opts);
	entry -= ENTRIES_PLAIN;
	if (entry < ENTRIES_WIDE)
		return offer_wide(key, how, version, wides[entry], object, &opts);
	entry -= ENTRIES_WIDE;
	fill(&captured, object);
	opts.capture = &captured;
	opts.capture_size = sizeof(captured);
	opts.release = release_captured;
	return offer(key, how, version, captures[entry], NULL, &opts);
}
