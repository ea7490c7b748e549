/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hdt_torture - all of hdt's public operations at once, and an oracle.
 *
 * main.c	parameters, the run, the summary
 * crew.c	threads: start, pause, move from CPU to CPU, watch, stop
 * oracle.c	what must not be, counted and told
 * object.c	what handlers are registered with: who may run, and who not any more
 * handler.c	the functions that are registered
 * arena.c	tables and their keys
 * call.c	dispatches, each one judged; the thread "caller"
 * irq.c	the same from timers
 * owner.c	a thread that has keys to itself, and knows what they have to answer
 * contend.c	threads that fight for keys
 * batch.c	many handlers at one moment
 * grow.c	tables that grow and shrink
 * life.c	tables that come and go
 * misuse.c	what has to be refused
 * corrupt.c	descriptors that are overwritten
 */
#ifndef TORTURE_H
#define TORTURE_H

#include <linux/atomic.h>
#include <linux/kthread.h>
#include <linux/prandom.h>
#include <linux/sched.h>

#include "torture_call.h"

/* ---- oracle.c ------------------------------------------------------------- */

/* What must not be. The names of these are in oracle.c. */
enum torture_error {
	ERR_TORN,		/* G1: one's entry with another's ctx */
	ERR_LOST,		/* G1: a key that is there was not found */
	ERR_OLD,		/* G1, G2: found what had been replaced or removed before */
	ERR_FUTURE,		/* found what is not registered yet */
	ERR_BATCH,		/* G1: part of a batch */
	ERR_AFTER,		/* G2, G3: a call in what is gone */
	ERR_INSIDE,		/* G3: released while a call was in it */
	ERR_TWICE,		/* released twice, or what was not to be */
	ERR_UNRELEASED,		/* not released when it had to be */
	ERR_WRONG,		/* G5: another handler than the key or handle stands for */
	ERR_REVIVED,		/* G5: a handle that had failed works again */
	ERR_DAMAGED,		/* G6: an overwritten descriptor was called */
	ERR_EXCLUSIVE,		/* two callers in an exclusive handler */
	ERR_ONCE,		/* two callers of a once handler */
	ERR_ERRNO,		/* an errno that the contract does not allow here */
	ERR_ANSWER,		/* arguments or the returned value got lost */
	ERR_LEAK,		/* something is left in the end */
	ERR_STALL,		/* a thread that does not get on */
	ERR_NR
};

__printf(2, 3) void torture_error(enum torture_error error, const char *fmt, ...);
/* What @err is, if it was not among what is allowed. */
void torture_errno(const char *what, const char *key, int err);
unsigned long torture_errors(void);
int torture_errors_print(char *buffer, int size);
void torture_oracle_begin(void);
void torture_first_print(void);

/* ---- crew.c --------------------------------------------------------------- */

/* What is counted. The names are in crew.c. */
enum torture_count {
	NR_CALL, NR_CALL_N, NR_CALL_KEY, NR_CALL_HANDLE, NR_NESTED, NR_IRQ, NR_RAN,
	NR_GET, NR_REGISTER, NR_REPLACE, NR_UNREGISTER, NR_ASYNC, NR_SELF, NR_BATCH,
	NR_GROWN, NR_TABLE, NR_ONCE, NR_BUSY, NR_MISSED, NR_STALE, NR_PROVIDED, NR_REFUSED,
	NR_DAMAGED, NR_NOMEM, NR_COUNTS
};

struct torture_thread {
	struct task_struct *task;
	const char *kind;
	unsigned int nr;		/* of its kind */
	struct rnd_state rnd;
	unsigned long rounds;		/* of its loop */
	unsigned long seen;		/* rounds, when it was looked at last */
	unsigned long seen_at;		/* jiffies, when they had changed */
	bool in_irq;			/* no thread, but a timer */
	bool done;			/* has left its loop */
	const struct torture_kind *what;
	void *own;			/* what its kind keeps for it */
	unsigned long count[NR_COUNTS];
};

/* One kind of thread: @round is called until the end, @end once. */
struct torture_kind {
	const char *name;
	unsigned int nr;
	bool eager;			/* never sleeps by itself */
	int (*begin)(struct torture_thread *me);
	void (*round)(struct torture_thread *me);
	void (*end)(struct torture_thread *me);
};

int torture_crew_start(const struct torture_kind *kinds, unsigned int nr, u64 seed,
		       unsigned int others);
bool torture_crew_stop(unsigned int patience);
void torture_crew_free(void);
void torture_crew_watch(unsigned int seconds);
void torture_crew_shuffle(struct rnd_state *rnd);
void torture_crew_pause(bool pause);
struct torture_thread *torture_crew_other(unsigned int nr);
unsigned long torture_crew_total(void);
int torture_crew_print(char *buffer, int size);

static inline u32 torture_random(struct torture_thread *me)
{
	return prandom_u32_state(&me->rnd);
}

/* 0 .. @below - 1 */
static inline u32 torture_pick(struct torture_thread *me, u32 below)
{
	return ((u64)torture_random(me) * below) >> 32;
}

static inline bool torture_one_in(struct torture_thread *me, u32 n)
{
	return !torture_pick(me, n);
}

/* ---- object.c ------------------------------------------------------------- */

enum torture_state {
	OBJ_FREE,		/* nobody may run with it */
	OBJ_LIVE,		/* from the registration on */
	OBJ_GONE,		/* a waiting removal has returned; no release */
	OBJ_RELEASED,
};

/*
 * A ctx. It is never freed while the torture runs, so that a call that comes
 * too late finds it, and tells. Who registers it holds a reference, and so does
 * hdt, until release, if there is one.
 */
struct torture_object {
	atomic_t state;
	atomic_t inside;	/* calls */
	atomic_t runs;
	atomic_t refs;
	unsigned int entry;	/* which function has to run with it */
	enum hdt_mode mode;
	bool released;		/* by hdt, in the end */
	struct torture_key *key;
	u64 life;		/* rises with each registration or replacement of the key */
	u64 lineage;		/* the same for all that a handle may lead to */
	unsigned long freed_at;
	struct torture_object *next;
};

/* What a capture is made of. */
struct torture_captured {
	u64 magic;
	struct torture_object *object;
	u64 life;
	unsigned int entry;
	u8 rest[40];		/* filled with what @life gives */
};

int torture_objects_init(unsigned int nr);
void torture_objects_exit(void);
/* NULL if there are none that have been free for long enough. */
struct torture_object *torture_object_get(struct torture_thread *me, struct torture_key *key,
					  enum hdt_mode mode, bool released);
void torture_object_put(struct torture_object *object);
void torture_object_release(struct torture_object *object);
/* After hdt has not taken it over. */
void torture_object_abandon(struct torture_object *object);
/* After a waiting removal: is it as it has to be? And away with it. */
void torture_object_finish(struct torture_object *object);
bool torture_object_valid(const struct torture_object *object);
/* In the end: is any of them still waiting for its release? */
void torture_objects_check(void);

/* ---- handler.c ------------------------------------------------------------ */

#define ENTRIES_PLAIN	4	/* the first ones */
#define ENTRIES_WIDE	2	/* signature torture_wide */
#define ENTRIES_CAPTURE	2	/* ctx is a struct torture_captured */
#define ENTRIES		(ENTRIES_PLAIN + ENTRIES_WIDE + ENTRIES_CAPTURE)

extern const torture_fn torture_plain[ENTRIES_PLAIN];
/* All plain ones, to be copied and completed. */
extern const struct hdt_handler torture_template[ENTRIES_PLAIN];

/* How an object is put under its key. */
enum torture_how { HOW_REGISTER, HOW_REPLACE };

int torture_offer(struct torture_thread *me, struct torture_object *object, enum torture_how how,
		  u64 version);

/* ---- arena.c -------------------------------------------------------------- */

/* What the owner of a key knows of it. */
enum torture_phase {
	PHASE_ABSENT,
	PHASE_CHANGING,		/* it may be there or not */
	PHASE_PRESENT,
	PHASE_MODAL,		/* there, but its mode is about to change */
	PHASE_ANY,		/* nobody knows: contended, or another module's */
	PHASE_PROVIDED,		/* the same, and the module may be on its way out */
};

struct torture_key {
	struct torture_arena *arena;
	char name[24];
	struct hdt_key prepared;
	bool wide;
	/* Written by its owner alone, before and after what it does. */
	u64 state;		/* a number that rises << 8 | mode << 4 | phase */
	u64 oldest;		/* lives that a call may find: from here, */
	u64 newest;		/* to here */
};

/* A table, and the keys that are used in it. */
struct torture_arena {
	struct hdt_table *table;
	const char *name;
	bool sleepable;
	struct torture_key *keys;
	unsigned int nr_keys;
	/* ranges of these */
	struct torture_key *fixed, *owned, *contended, *provided;
	unsigned int nr_fixed, nr_owned, nr_contended, nr_provided;
};

extern struct torture_arena torture_arena[2];
extern unsigned int torture_arenas;

int torture_arenas_init(bool atomic, bool sleepable, unsigned int fixed, unsigned int owned);
void torture_arenas_exit(void);
struct torture_arena *torture_arena_pick(struct torture_thread *me);
struct torture_arena *torture_arena_atomic(void);
void torture_key_init(struct torture_key *key, struct torture_arena *arena,
		      const char *fmt, unsigned int nr);

static inline enum torture_phase torture_phase(u64 state)
{
	return state & 0xf;
}

static inline enum hdt_mode torture_mode(u64 state)
{
	return (state >> 4) & 0xf;
}

/* By the key's owner. */
static inline void torture_key_set(struct torture_key *key, enum torture_phase phase,
				   enum hdt_mode mode)
{
	u64 nr = (key->state >> 8) + 1;

	/* Pairs with smp_load_acquire() in torture_look(). */
	smp_store_release(&key->state, nr << 8 | (u64)mode << 4 | phase);
	/* And before what is about to be done. */
	smp_mb();
}

/* ---- call.c --------------------------------------------------------------- */

enum torture_way { BY_NAME, BY_BYTES, BY_KEY, BY_HANDLE, WAYS };

/* What was known of a key before something was done with it. */
struct torture_sight {
	u64 state;
	u64 oldest;
};

static inline struct torture_sight torture_look(const struct torture_key *key)
{
	struct torture_sight sight;

	/* Pairs with smp_store_release() in torture_key_set(). */
	sight.state = smp_load_acquire(&key->state);
	/* Pairs with smp_store_release() of whoever raises it. */
	sight.oldest = smp_load_acquire(&key->oldest);
	return sight;
}

/* A handle that a thread keeps, and what it knows of it. */
struct torture_kept {
	struct torture_key *key;
	u64 raw;
	u64 state;	/* the key's when it was made; 0 if it changed meanwhile */
	u64 lineage;	/* of what it led to, once it was called */
	bool dead;	/* it has failed, and has to for ever */
};

void torture_keep(struct torture_thread *me, struct torture_kept *kept, struct torture_key *key);
int torture_call_kept(struct torture_kept *kept, struct torture_call *call);
int torture_call_by(struct torture_key *key, enum torture_way way, struct torture_call *call);
int torture_call_since(struct torture_key *key, enum torture_way way,
		       const struct torture_sight *sight, struct torture_call *call);
void torture_call_init(struct torture_thread *me, struct torture_key *key,
		       struct torture_call *call, unsigned int flags, unsigned int depth);
struct torture_key *torture_key_pick(struct torture_thread *me, struct torture_arena *arena);
/* From inside a handler, or from a timer: some calls of whatever there is. */
void torture_call_some(struct torture_thread *me, struct torture_arena *inside,
		       unsigned int depth);

/* ---- the kinds of thread -------------------------------------------------- */

int torture_caller_begin(struct torture_thread *me);
void torture_caller(struct torture_thread *me);
void torture_caller_end(struct torture_thread *me);

unsigned int torture_irq_others(void);
int torture_irq_start(void);
void torture_irq_stop(void);

#define OWNED_KEYS	8	/* of each owner, in each arena */

#define TORTURE_DOINGS	9	/* kinds of things that an owner does */
extern unsigned int torture_mix[TORTURE_DOINGS];
int torture_owner_begin(struct torture_thread *me);
void torture_owner(struct torture_thread *me);
void torture_owner_end(struct torture_thread *me);

void torture_contender(struct torture_thread *me);
void torture_contend_in_irq(struct torture_thread *me);

int torture_batches_init(void);
void torture_batches_exit(void);
void torture_batch(struct torture_thread *me);
void torture_batch_end(struct torture_thread *me);
void torture_batch_watcher(struct torture_thread *me);

int torture_grower_begin(struct torture_thread *me);
void torture_grower(struct torture_thread *me);
void torture_grower_end(struct torture_thread *me);

void torture_lives_init(void);
unsigned int torture_lives_max(void);
void torture_life(struct torture_thread *me);
int torture_life_watcher_begin(struct torture_thread *me);
void torture_life_watcher(struct torture_thread *me);
void torture_life_watcher_end(struct torture_thread *me);

void torture_misuser(struct torture_thread *me);

int torture_corrupter_begin(struct torture_thread *me);
void torture_corrupter(struct torture_thread *me);
void torture_corrupter_end(struct torture_thread *me);

#endif /* TORTURE_H */
