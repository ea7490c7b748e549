/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the torture's caller and all its handlers share: two signatures, and
 * the argument by which a handler tells what it is.
 */
#ifndef TORTURE_CALL_H
#define TORTURE_CALL_H

#include <hdt/hdt.h>

#define TORTURE_TABLE	"torture_atomic"	/* what other modules register in */

struct torture_key;
struct torture_thread;

/* What a handler is asked to do besides answering. */
#define CALL_LINGER	0x01	/* take some time, so that others meet the call */
#define CALL_NEST	0x02	/* dispatch others */
#define CALL_LEAVE	0x04	/* remove its own key, without waiting */
#define CALL_WAIT	0x08	/* try to wait for itself: -EDEADLK */
#define CALL_REGISTER	0x10	/* try to register */

struct torture_call {
	struct hdt_table *table;
	const char *name;		/* the key that is meant */
	struct torture_key *key;	/* the same, if it is one of hdt_torture's */
	struct torture_thread *me;
	u32 arg;
	unsigned int flags;
	unsigned int depth;
	/* told by the handler */
	unsigned int ran;		/* handlers that ran in this call: 1 */
	u64 life;
	u64 lineage;
};

#define TORTURE_ANSWER(arg)	((int)((arg) * 2654435761U + 1))

HDT_SIGNATURE(torture, int, struct torture_call *, call)

/* As many parameters as there can be, so that none gets lost on its way. */
HDT_SIGNATURE(torture_wide, u64, struct torture_call *, call, u8, a, u16, b, u32, c,
	      u64, d, const char *, e)

/* What nobody registers. */
HDT_SIGNATURE(torture_other, int, struct torture_call *, call, int, unused)

/* How other modules tell what must not be; tools/torture/run looks for it. */
#define torture_complain(fmt, ...) pr_err("hdt_torture: ERROR " fmt "\n", ##__VA_ARGS__)

#endif /* TORTURE_CALL_H */
