// SPDX-License-Identifier: GPL-2.0-only
// gcc must say: incompatible type for argument 2 of 'route_call_handle'
// clang must say: passing 'other_handle' to parameter of incompatible type 'route_handle'
#include "shared.h"

int refused(other_handle handle, struct request *req)
{
	int ret;

	return route_call_handle(table, handle, &ret, req, 1);
}
