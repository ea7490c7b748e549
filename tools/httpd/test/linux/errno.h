/* SPDX-License-Identifier: GPL-2.0-only */
/* Also what the errno.h of the C library includes. */
#include <asm/errno.h>
