// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ctx of handlers, from a pool that is not freed before the end. What is
 * put comes back last, and not before REST: a call that comes too late finds
 * it free, or released, not somebody else's.
 */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/spinlock.h>

#include "torture.h"

#define REST (HZ / 4)

static struct torture_object *pool, *head, **tail = &head;
static unsigned int nr_objects;
static DEFINE_RAW_SPINLOCK(lock);	/* the queue of free ones */

bool torture_object_valid(const struct torture_object *object)
{
	return object >= pool && object < pool + nr_objects &&
	       !(((unsigned long)object - (unsigned long)pool) % sizeof(*object));
}

static void queue(struct torture_object *object)
{
	object->next = NULL;
	object->freed_at = jiffies;
	*tail = object;
	tail = &object->next;
}

int torture_objects_init(unsigned int nr)
{
	unsigned int i;

	pool = kvcalloc(nr, sizeof(*pool), GFP_KERNEL);
	if (!pool)
		return -ENOMEM;
	nr_objects = nr;
	head = NULL;
	tail = &head;
	for (i = 0; i < nr; i++) {
		queue(&pool[i]);
		pool[i].freed_at = jiffies - REST - 1;
	}
	return 0;
}

void torture_objects_exit(void)
{
	kvfree(pool);
	pool = NULL;
	nr_objects = 0;
}

static struct torture_object *unqueue(void)
{
	struct torture_object *object;
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	object = head;
	if (object && time_after(jiffies, object->freed_at + REST)) {
		head = object->next;
		if (!head)
			tail = &head;
	} else {
		object = NULL;
	}
	raw_spin_unlock_irqrestore(&lock, flags);
	return object;
}

struct torture_object *torture_object_get(struct torture_thread *me, struct torture_key *key,
					  enum hdt_mode mode, bool released)
{
	struct torture_object *object = unqueue();
	bool captures = released && !key->wide;

	if (!object)
		return NULL;
	object->key = key;
	object->mode = mode;
	object->released = released;
	if (key->wide)
		object->entry = ENTRIES_PLAIN + torture_pick(me, ENTRIES_WIDE);
	else if (captures && torture_one_in(me, 2))
		object->entry = ENTRIES_PLAIN + ENTRIES_WIDE + torture_pick(me, ENTRIES_CAPTURE);
	else
		object->entry = torture_pick(me, ENTRIES_PLAIN);
	object->life = 0;
	object->lineage = 0;
	atomic_set(&object->inside, 0);
	atomic_set(&object->runs, 0);
	atomic_set(&object->refs, released ? 2 : 1);
	/* All of it before it is offered; hdt publishes it. */
	atomic_set(&object->state, OBJ_LIVE);
	return object;
}

void torture_object_put(struct torture_object *object)
{
	unsigned long flags;

	if (!atomic_dec_and_test(&object->refs))
		return;
	atomic_set(&object->state, OBJ_FREE);
	raw_spin_lock_irqsave(&lock, flags);
	queue(object);
	raw_spin_unlock_irqrestore(&lock, flags);
}

/* hdt says that the last call has ended, and will not come back to it. */
void torture_object_release(struct torture_object *object)
{
	if (!torture_object_valid(object)) {
		torture_error(ERR_TWICE, "released what is no ctx: %p", object);
		return;
	}
	if (in_interrupt() || irqs_disabled())
		torture_error(ERR_INSIDE, "released outside of process context");
	if (!object->released ||
	    atomic_cmpxchg(&object->state, OBJ_LIVE, OBJ_RELEASED) != OBJ_LIVE) {
		torture_error(ERR_TWICE, "a handler of \"%s\" was released in state %d",
			      object->key->name, atomic_read(&object->state));
		return;
	}
	if (atomic_read(&object->inside))
		torture_error(ERR_INSIDE, "a handler of \"%s\" was released beside a call",
			      object->key->name);
	torture_object_put(object);
}

/* It was never registered, and hdt must not release it. */
void torture_object_abandon(struct torture_object *object)
{
	if (atomic_cmpxchg(&object->state, OBJ_LIVE, OBJ_GONE) != OBJ_LIVE)
		torture_error(ERR_TWICE, "a handler of \"%s\" that was refused was released",
			      object->key->name);
	if (object->released)
		torture_object_put(object);
	torture_object_put(object);
}

/* G2: no call of it runs or will start, and release, if there is one, has run. */
void torture_object_finish(struct torture_object *object)
{
	int state = atomic_read(&object->state);

	if (object->released && state != OBJ_RELEASED)
		torture_error(ERR_UNRELEASED, "a handler of \"%s\" was removed and is in state %d",
			      object->key->name, state);
	if (!object->released)
		atomic_set(&object->state, OBJ_GONE);
	if (atomic_read(&object->inside))
		torture_error(ERR_AFTER, "a handler of \"%s\" was removed and still runs",
			      object->key->name);
	torture_object_put(object);
}

void torture_objects_check(void)
{
	unsigned int i, nr = 0;

	for (i = 0; i < nr_objects; i++)
		if (pool[i].released && atomic_read(&pool[i].state) == OBJ_LIVE)
			nr++;
	if (nr)
		torture_error(ERR_UNRELEASED, "in the end, %u handlers wait for their release", nr);
	for (i = 0, nr = 0; i < nr_objects; i++)
		nr += !!atomic_read(&pool[i].inside);
	if (nr)
		torture_error(ERR_LEAK, "in the end, %u handlers have callers", nr);
}
