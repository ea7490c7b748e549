/* SPDX-License-Identifier: GPL-2.0-only */
/* How many callers a handler has at once: shared, exclusive, once. */
#ifndef HDT_MODE_H
#define HDT_MODE_H

struct hdt_desc;
struct hdt_registry;
struct hdt_request;

/* In the table's bracket: 0 if this caller may enter, the refusal's errno, or HDT_LOOK_AGAIN. */
int hdt_mode_enter(struct hdt_request *rq, const struct hdt_desc *desc);
void hdt_mode_leave(struct hdt_registry *registry, const struct hdt_desc *desc);

#endif /* HDT_MODE_H */
