// SPDX-License-Identifier: GPL-2.0-only
/*
 * The worst that a module can do to a table: keys chosen, by their hashes, to
 * go to one bucket and to have one fingerprint. Registration goes on until
 * hdt refuses; what calls cost then is the bound.
 */
#include <linux/mm.h>
#include <linux/sched.h>

#include "bench.h"

#define KEYS	512
/* Of the hash, in a table of so many keys: the bucket, and the fingerprint. */
#define SAME	(0xfe00000000000fffULL)

static int choose_keys(struct bench_world *world)
{
	u64 want = 0, tries = 0;
	struct hdt_key key;
	char *bytes;
	u32 i;

	for (i = 0; i < world->nr; i++) {
		bytes = bench_key(world, i);
		do {
			memcpy(bytes, "GET:/api/u00/0000000", 20);
			snprintf(bytes + 4, 17, "%016llx", tries++);
			if (hdt_key_init(&key, bytes, 20))
				return -EINVAL;
			if (!i)
				want = key.hash & SAME;
			if (!(tries % 65536))
				cond_resched();
		} while ((key.hash & SAME) != want);
	}
	return 0;
}

/* How many of them the table takes. */
static u32 fill(struct bench_world *world, const struct hdt_handler *handlers, int *err)
{
	u32 nr;

	for (nr = 0; nr < world->nr; nr++) {
		*err = bench_provide(world->table[0], handlers + nr, 1);
		if (*err)
			break;
	}
	return nr;
}

int bench_collide(struct bench_stage *stage)
{
	static const struct bench_peer *const peers[] = {
		&bench_empty, &bench_by_bytes, &bench_by_prepared,
	};
	struct hdt_handler *handlers;
	struct bench_world world;
	int err, refused = 0;

	err = bench_world_init(&world, "collide", KEYS, 20, false);
	if (err)
		return err;
	err = choose_keys(&world);
	handlers = err ? NULL : bench_make_handlers(&world, false);
	world.table[0] = handlers ? hdt_table_create("bench-collide", NULL) : ERR_PTR(-ENOMEM);
	err = PTR_ERR_OR_ZERO(world.table[0]);
	if (!err) {
		world.nr = fill(&world, handlers, &refused);
		pr_info("hdt_bench: {\"set\": \"collision\", \"tried\": %u, \"taken\": %u, \"err\": %d}\n",
			KEYS, world.nr, refused);
		err = bench_race(&world, peers, ARRAY_SIZE(peers), BENCH_RANDOM, stage);
		hdt_table_destroy(world.table[0]);
	}
	kvfree(handlers);
	bench_world_exit(&world);
	return err;
}
