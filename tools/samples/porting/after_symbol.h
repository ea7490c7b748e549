/* SPDX-License-Identifier: GPL-2.0-only */
#include <hdt/hdt.h>

HDT_SIGNATURE(quirk, int, int, port)
