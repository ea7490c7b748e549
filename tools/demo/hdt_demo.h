/* SPDX-License-Identifier: GPL-2.0-only */
/* What the demo's provider and consumer share: signatures of several shapes. */
#ifndef HDT_DEMO_H
#define HDT_DEMO_H

#include <hdt/hdt.h>

#define DEMO_TABLE	"demo"

struct demo_request {
	const char *line;	/* not NUL-terminated */
	size_t len;
};

struct demo_reply {
	char text[80];
	size_t len;
};

struct demo_account {
	u64 packets;
	u64 bytes;
};

/* "GET:/", "GET:/about": returns the HTTP status */
HDT_SIGNATURE(demo_route, int, const struct demo_request *, req, struct demo_reply *, reply)

/* "add" */
HDT_SIGNATURE(demo_add, int, int, a, int, b)

/* "volume": as many parameters as a signature can have */
HDT_SIGNATURE(demo_volume, long, int, x0, int, y0, int, z0, int, x1, int, y1, int, z1)

/* "account" */
HDT_SIGNATURE_VOID(demo_account, struct demo_account *, account, u32, bytes)

/* "clock": CLOCK_MONOTONIC in nanoseconds */
HDT_SIGNATURE(demo_clock, u64)

#endif /* HDT_DEMO_H */
