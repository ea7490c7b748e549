// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables come and go, with handlers in them, while others look them up by name,
 * call, and keep references to what is gone.
 */
#include <linux/delay.h>
#include <linux/slab.h>

#include "torture.h"

#define LIVES 4
#define HANDLERS 3

struct life {
	struct torture_arena arena;	/* its table is for its creator alone */
	char name[24];
	u64 state;			/* of the table: a number that rises << 4 | phase */
	u64 life;
	struct torture_key key[HANDLERS];
	struct torture_object *object[HANDLERS];
};

static struct life lives[LIVES];
static unsigned int nr_lives;

void torture_lives_init(void)
{
	unsigned int i, n;

	nr_lives = LIVES;
	for (i = 0; i < nr_lives; i++) {
		struct life *life = &lives[i];

		memset(life, 0, sizeof(*life));
		snprintf(life->name, sizeof(life->name), "torture_life/%u", i);
		life->arena.name = life->name;
		life->arena.sleepable = torture_arena[i % torture_arenas].sleepable;
		for (n = 0; n < HANDLERS; n++) {
			torture_key_init(&life->key[n], &life->arena, "life/%u", n);
			life->key[n].state = PHASE_ABSENT;
			life->key[n].newest = 0;
		}
	}
}

unsigned int torture_lives_max(void)
{
	return LIVES;
}

static void set_phase(struct life *life, enum torture_phase phase)
{
	/* Pairs with smp_load_acquire() in get_table(). */
	smp_store_release(&life->state, ((life->state >> 4) + 1) << 4 | phase);
	smp_mb();	/* and before what is about to be done */
}

static int create(struct torture_thread *me, struct life *life, unsigned int max)
{
	const struct hdt_table_opts opts = {
		.sleepable = life->arena.sleepable,
		.max_handlers = max,
		.stats = torture_one_in(me, 4),
	};
	struct hdt_table *table;

	set_phase(life, PHASE_CHANGING);
	table = hdt_table_create(life->name, &opts);
	me->count[NR_TABLE]++;
	if (IS_ERR(table)) {
		set_phase(life, PHASE_ABSENT);
		if (PTR_ERR(table) == -ENOMEM)
			me->count[NR_NOMEM]++;
		else
			torture_errno("creating", life->name, PTR_ERR(table));
		return PTR_ERR(table);
	}
	WRITE_ONCE(life->arena.table, table);
	set_phase(life, PHASE_PRESENT);
	table = hdt_table_create(life->name, &opts);
	if (table != ERR_PTR(-EEXIST) && table != ERR_PTR(-ENOMEM))
		torture_errno("creating again", life->name, PTR_ERR_OR_ZERO(table));
	return 0;
}

/* Also past @max, where the table is full. */
static void populate(struct torture_thread *me, struct life *life, unsigned int max)
{
	unsigned int i;
	int err;

	life->life++;
	for (i = 0; i < HANDLERS; i++) {
		struct torture_key *key = &life->key[i];
		struct torture_object *object;

		life->object[i] = NULL;
		object = torture_object_get(me, key, HDT_SHARED, torture_one_in(me, 2));
		if (!object)
			continue;
		object->life = life->life;
		object->lineage = life->life;
		WRITE_ONCE(key->newest, life->life);
		torture_key_set(key, PHASE_CHANGING, HDT_SHARED);
		err = torture_offer(me, object, HOW_REGISTER, 0);
		if (err) {
			if (err == -ENOMEM)
				me->count[NR_NOMEM]++;
			else if (err != -ENOSPC || !max || i < max)
				torture_errno("register", key->name, err);
			torture_key_set(key, PHASE_ABSENT, HDT_SHARED);
			if (object->released)
				torture_object_put(object);
			else
				torture_object_abandon(object);
			continue;
		}
		if (max && i >= max)
			torture_errno("register in a full table", key->name, 0);
		life->object[i] = object;
		/* Pairs with smp_load_acquire() in torture_look(). */
		smp_store_release(&key->oldest, life->life);
		torture_key_set(key, PHASE_PRESENT, HDT_SHARED);
	}
}

static void destroy(struct life *life)
{
	unsigned int i;
	int err;

	set_phase(life, PHASE_CHANGING);
	for (i = 0; i < HANDLERS; i++)
		torture_key_set(&life->key[i], PHASE_CHANGING, HDT_SHARED);
	err = hdt_table_destroy(life->arena.table);
	if (err)
		torture_errno("destroying", life->name, err);
	WRITE_ONCE(life->arena.table, NULL);
	for (i = 0; i < HANDLERS; i++) {
		/* Pairs with smp_load_acquire() in torture_look(). */
		smp_store_release(&life->key[i].oldest, life->life + 1);
		torture_key_set(&life->key[i], PHASE_ABSENT, HDT_SHARED);
		if (life->object[i])
			torture_object_finish(life->object[i]);
	}
	set_phase(life, PHASE_ABSENT);
}

void torture_life(struct torture_thread *me)
{
	struct life *life = &lives[me->nr];
	unsigned int max = torture_one_in(me, 2) ? 1 + torture_pick(me, HANDLERS) : 0;

	if (create(me, life, max))
		return;
	populate(me, life, max);
	usleep_range(50, 50 + torture_pick(me, 5000));
	destroy(life);
	if (torture_one_in(me, 4))
		usleep_range(50, 2000);
}

/* ---- the watchers ---- */

/* A reference, and what was known when it was got. */
struct watcher {
	struct life *life;
	struct hdt_table *table;
	struct torture_sight sight[HANDLERS];
};

int torture_life_watcher_begin(struct torture_thread *me)
{
	struct watcher *watcher = kzalloc(sizeof(*watcher), GFP_KERNEL);

	me->own = watcher;
	return watcher ? 0 : -ENOMEM;
}

static void get_table(struct torture_thread *me, struct watcher *watcher)
{
	struct life *life = &lives[torture_pick(me, nr_lives)];
	struct hdt_table *table;
	unsigned int i;
	u64 state;

	/* Pairs with smp_store_release() in set_phase(). */
	state = smp_load_acquire(&life->state);
	for (i = 0; i < HANDLERS; i++)
		watcher->sight[i] = torture_look(&life->key[i]);
	table = hdt_table_get(life->name);
	smp_mb();	/* what was, during the call; then what is */
	if (state == READ_ONCE(life->state) &&
	    ((torture_phase(state) == PHASE_PRESENT && IS_ERR(table)) ||
	     (torture_phase(state) == PHASE_ABSENT && !IS_ERR(table))))
		torture_errno("getting", life->name, PTR_ERR_OR_ZERO(table));
	if (IS_ERR(table)) {
		if (PTR_ERR(table) != -ENOENT)
			torture_errno("getting", life->name, PTR_ERR(table));
		table = NULL;
	}
	watcher->table = table;
	watcher->life = life;
}

void torture_life_watcher(struct torture_thread *me)
{
	struct watcher *watcher = me->own;
	struct torture_key *key;
	struct torture_call call;
	unsigned int i;

	if (!watcher->table) {
		get_table(me, watcher);
		if (!watcher->table) {
			schedule_timeout_interruptible(1);
			return;
		}
	}
	i = torture_pick(me, HANDLERS);
	key = &watcher->life->key[i];
	torture_call_init(me, key, &call, torture_one_in(me, 16) ? CALL_LINGER : 0, 0);
	call.table = watcher->table;
	torture_call_since(key, torture_pick(me, BY_HANDLE), &watcher->sight[i], &call);
	if (torture_one_in(me, 50)) {
		hdt_table_put(watcher->table);
		watcher->table = NULL;
	}
}

void torture_life_watcher_end(struct torture_thread *me)
{
	struct watcher *watcher = me->own;

	hdt_table_put(watcher->table);
	kfree(watcher);
}
