/* SPDX-License-Identifier: GPL-2.0-only */
/* What hdt shows of itself: files under debugfs, for root to read. */
#ifndef HDT_VIEW_H
#define HDT_VIEW_H

void hdt_view_init(void);
void hdt_view_exit(void);

#endif /* HDT_VIEW_H */
