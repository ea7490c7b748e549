/* SPDX-License-Identifier: GPL-2.0-only */
#include <hdt/hdt.h>

HDT_SIGNATURE(led_op, int, int, led, unsigned int, ms)
