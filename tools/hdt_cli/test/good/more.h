/* SPDX-License-Identifier: GPL-2.0-only */
int point_far(void *ctx, struct point *p, size_t n);
