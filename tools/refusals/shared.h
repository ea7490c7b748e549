/* SPDX-License-Identifier: GPL-2.0-only */
/* What the snippets here have in common. */
#include <hdt/hdt.h>

struct request;
struct response;

HDT_SIGNATURE(route, int, struct request *, req, unsigned int, code)
HDT_SIGNATURE(other, int, struct response *, resp)
HDT_SIGNATURE_VOID(notify, int, n)

extern struct hdt_table *table;
