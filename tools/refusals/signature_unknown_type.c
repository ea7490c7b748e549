// SPDX-License-Identifier: GPL-2.0-only
// gcc must say: unknown type name 'typo_t'
// clang must say: (unknown type name|undeclared identifier) 'typo_t'
#include "shared.h"

HDT_SIGNATURE(misspelt, int, typo_t, n)
