// SPDX-License-Identifier: GPL-2.0-only
/* The other of the two. */
#include "ring_heir_a.c"
