// SPDX-License-Identifier: GPL-2.0-only
// must say: hdt: .*array
#include "shared.h"

/* The number of handlers comes from the array's size. */
int refused(const struct hdt_handler *handlers)
{
	return hdt_register_all(table, handlers);
}
