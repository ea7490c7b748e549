/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hdt_bench - what its parts share: the work that every peer does, and a peer.
 *
 * A peer is one way to get from a name to a handler and to call it. All do the
 * same work: the same keys in the same random order lead to the same {fn, ctx},
 * the functions are in another module, and what they return is added up and
 * compared with what it should be.
 */
#ifndef HDT_BENCH_H
#define HDT_BENCH_H

#include <linux/notifier.h>
#include <linux/types.h>

#include <hdt/hdt.h>

#define BENCH_FNS	256	/* different functions */
#define BENCH_HOT	64	/* contexts when they are warm */
#define BENCH_CHUNK	256	/* calls between two looks at the clock */
#define BENCH_KEY_SPACE	(HDT_KEY_MAX + 9)

HDT_SIGNATURE(bench_op, u64, u64, a, u64, b)

struct bench_box;

/* The boxed form: one generic argument, which whoever calls has to allocate. */
HDT_SIGNATURE_VOID(bench_boxed, struct bench_box *, box)

struct bench_box {
	u64 a;
	u64 b;
	u64 ret;
};

struct bench_ctx {
	u64 value;
} ____cacheline_aligned;

struct bench_target {
	bench_op_fn fn;
	void *ctx;
};

/* In hdt_bench_handlers, which is the owner of all handlers. */
extern const bench_op_fn bench_fns[BENCH_FNS];
extern const bench_boxed_fn bench_boxed_fns[BENCH_FNS];
#define BENCH_NAMED(m) m(0) m(1) m(2) m(3) m(4) m(5) m(6) m(7)		\
		       m(8) m(9) m(a) m(b) m(c) m(d) m(e) m(f)
#define BENCH_DECLARE(n) u64 bench_fn_##n(void *ctx, u64 a, u64 b);
BENCH_NAMED(BENCH_DECLARE)

/* A member of a notifier chain, and what is asked of it. */
struct bench_listener {
	struct notifier_block nb;
	const char *key;
	struct bench_ctx *ctx;
	u64 number;
};

struct bench_note {
	const char *key;
	u64 a;
	u64 b;
	u64 ret;
};

int bench_listen(struct notifier_block *nb, unsigned long action, void *data);
void bench_probe(void *ctx, u64 a, u64 b, u64 *ret);
struct module *bench_owner(void);
int bench_provide(struct hdt_table *table, const struct hdt_handler *handlers, size_t nr);
int bench_withdraw(struct hdt_table *table);
int bench_change(struct hdt_table *table, const char *key, const struct bench_target *target,
		 bool replace);

/* A handler that calls itself by key, as deep as ctx says. */
#define BENCH_NEST_MAX	64

struct bench_nest {
	struct hdt_table *table;
	const char *key;
	unsigned int deep;
	unsigned long stack[BENCH_NEST_MAX];
	int err;
};

u64 bench_nested(void *ctx, u64 a, u64 b);

/* What there is to be called: @nr handlers under keys of @len bytes. */
struct bench_world {
	const char *set;		/* the comparison it is for */
	u32 nr;
	u32 len;
	bool cold;			/* every handler has its ctx in a line of its own */
	size_t stride;
	char *keys;			/* 2 * @nr: the second half are not there */
	struct bench_target *target;
	struct bench_ctx *ctx;
	struct hdt_table *table[2];	/* atomic, sleepable */
	struct hdt_table *boxed;
	bench_op_handle *handle[2];
	void *priv[16];			/* of other peers, by their number */
};

int bench_world_init(struct bench_world *world, const char *set, u32 nr, u32 len, bool cold);
void bench_world_exit(struct bench_world *world);

static inline char *bench_key(const struct bench_world *world, u32 i)
{
	return world->keys + i * world->stride;
}

void bench_key_make(char *key, u32 len, u32 i);

enum bench_pattern { BENCH_RANDOM, BENCH_ONE, BENCH_MISS };

/*
 * What a caller has in its hands when it calls: a request's key, just read, or
 * a handle in its own structure. It is prepared before the clock starts, so that
 * fetching it is nobody's cost.
 */
struct bench_stage {
	u32 index[BENCH_CHUNK];
	const char *key[BENCH_CHUNK];
	struct hdt_key prepared[BENCH_CHUNK];
	bench_op_handle handle[2][BENCH_CHUNK];
	char bytes[BENCH_CHUNK * BENCH_KEY_SPACE];
};

/* What of it a peer looks at. */
#define BENCH_BY_INDEX		0x01
#define BENCH_BY_KEY		0x02
#define BENCH_BY_PREPARED	0x04
#define BENCH_BY_HANDLE		0x08
#define BENCH_ONE_ONLY		0x10	/* can only call the handler that its code names */
#define BENCH_SLEEPS		0x40	/* wants interrupts on */
#define BENCH_NO_MISS		0x20	/* has no notion of a key that is not there */

void bench_stage_fill(struct bench_stage *stage, const struct bench_world *world,
		      unsigned int what, enum bench_pattern pattern, u64 seed);

/**
 * struct bench_peer - a way to call
 * @name: as the table shows it
 * @what: BENCH_*
 * @max: more handlers than this it is not asked for; 0: any number
 * @up: make it ready for a world; NULL: nothing to do
 * @down: undo that
 * @run: one chunk; the sum of what the handlers returned, of calls that failed
 *	nothing
 */
struct bench_peer {
	const char *name;
	unsigned int what;
	u32 max;
	int (*up)(struct bench_world *world);
	void (*down)(struct bench_world *world);
	u64 (*run)(const struct bench_world *world, const struct bench_stage *stage);
};

/* The loop around one way to call: @statement sets ret. */
#define BENCH_RUN(name, statement)						\
static noinline u64 name(const struct bench_world *world, const struct bench_stage *stage)	\
{										\
	u64 sum = 0;								\
	u32 i;									\
										\
	for (i = 0; i < BENCH_CHUNK; i++) {					\
		u64 ret = 0;							\
										\
		statement;							\
		sum += ret;							\
	}									\
	return sum;								\
}

#define BENCH_B		0x5eedULL	/* second argument of every call */

extern const struct bench_peer bench_empty, bench_direct, bench_indirect;
extern const struct bench_peer bench_static_call, bench_switch, bench_symbol, bench_module_get;
extern const struct bench_peer bench_tracepoint, bench_atomic_chain, bench_srcu_chain;
extern const struct bench_peer bench_strcmp, bench_hlist, bench_hash_hlist;
extern const struct bench_peer bench_rhash, bench_rhash_string, bench_rhash_boxed;
extern const struct bench_peer bench_by_key, bench_by_bytes, bench_by_prepared, bench_by_handle;
extern const struct bench_peer bench_at_site;
extern const struct bench_peer bench_sleep_key, bench_sleep_prepared, bench_sleep_handle;
extern const struct bench_peer bench_table_boxed;
extern const struct bench_peer bench_oneline[4];

/* Measure @peers side by side and report. */
int bench_race(const struct bench_world *world, const struct bench_peer *const *peers,
	       unsigned int nr, enum bench_pattern pattern, struct bench_stage *stage);

/* Other questions than what a call costs; each reports in lines of its own. */
int bench_batch(u32 nr);
int bench_nest(void);
int bench_collide(struct bench_stage *stage);
int bench_churn(void);
int bench_scale(struct bench_stage *stage);

/* @handlers of @world's keys and targets, to be kvfree'd. */
struct hdt_handler *bench_make_handlers(const struct bench_world *world, bool boxed);

extern unsigned int bench_turns;
extern bool bench_icount;
extern unsigned long bench_seed;

struct bench_sample {
	const char *peer;
	const struct bench_world *world;
	enum bench_pattern pattern;
	u32 *ticks;			/* per chunk */
	u32 nr;
	u32 empty;			/* ticks of a chunk that calls nothing */
};

void bench_report(struct bench_sample *sample);
void bench_report_clock(void);
u64 bench_khz(void);

#ifdef __x86_64__
static __always_inline u64 bench_ticks(void)
{
	u32 low, high;

	/* In order: nothing of the chunk before or after is inside. */
	asm volatile("lfence; rdtsc; lfence" : "=a" (low), "=d" (high) : : "memory");
	return (u64)high << 32 | low;
}
#else
#include <linux/timekeeping.h>
static __always_inline u64 bench_ticks(void)
{
	return ktime_get_ns();
}
#endif

/* The same numbers in every run. */
static inline u64 bench_mix(u64 x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

#endif /* HDT_BENCH_H */
