/* SPDX-License-Identifier: GPL-2.0-only */
/* Loading the provider of what is missing: hdt_table_load(). */
#ifndef HDT_LOAD_H
#define HDT_LOAD_H

#include <linux/types.h>

#define HDT_MISSES		16	/* keys remembered per table */
#define HDT_MISS_SECONDS	10	/* for so long */

/* Keys that no module was found for, so that it is not looked for again at once. */
struct hdt_misses {
	struct {
		u64 hash;
		unsigned long until;	/* in jiffies */
	} miss[HDT_MISSES];		/* registry->mutex */
};

#endif /* HDT_LOAD_H */
