// SPDX-License-Identifier: GPL-2.0-only
// gcc must say: incompatible type for argument 2 of 'route_call_handle'
// clang must say: passing 'struct hdt_handle' to parameter of incompatible type 'route_handle'
#include "shared.h"

int refused(struct hdt_handle handle, struct request *req)
{
	return route_call_handle(table, handle, NULL, req, 1);
}
