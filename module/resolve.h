/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From what a consumer asked for to a descriptor it may call: all of a
 * dispatch's rules, in the order in which they are decided, each with its
 * diagnosis. hdt_desc_admits() in dispatch.h is the shortcut.
 */
#ifndef HDT_RESOLVE_H
#define HDT_RESOLVE_H

#include "report.h"
#include "table.h"

struct hdt_request {
	struct hdt_registry *registry;
	const char *key;		/* NULL: by handle */
	size_t len;
	u64 hash;			/* of the key */
	struct hdt_handle handle;
	u64 sig;			/* hash of the caller's signature */
	struct hdt_fault fault;		/* filled in as far as it is known */
};

/* Not an errno, for an error handle may bring any: what was found is not current. */
#define HDT_LOOK_AGAIN		1
#define HDT_LOOKS		4	/* each further one is owed to a replacement */

/* In the table's bracket. 0 and a descriptor, or the refusal's errno. */
int hdt_resolve(struct hdt_request *rq, const struct hdt_desc **desc);
int hdt_request_refuse(struct hdt_request *rq, enum hdt_reason reason);
/* What was asked for is not there: -ENOENT, or -ESTALE. @desc: what is, or NULL */
int hdt_request_refuse_missing(struct hdt_request *rq, const struct hdt_desc *desc);

/*
 * In the table's bracket: is @desc there for callers, and with which @meta? For
 * who lists a table. What was overwritten is not followed; what dies meanwhile is
 * kept by the bracket, its owner too (G3).
 */
bool hdt_desc_shows(struct hdt_registry *registry, const struct hdt_desc *desc, u32 *meta);

#endif /* HDT_RESOLVE_H */
