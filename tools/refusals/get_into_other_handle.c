// SPDX-License-Identifier: GPL-2.0-only
// gcc must say: invalid initializer
// clang must say: initializing 'other_handle' with an expression of incompatible type 'route_handle'
#include "shared.h"

int refused(void)
{
	other_handle handle = route_get(table, "GET:/");

	return hdt_handle_err(handle);
}
