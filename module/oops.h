/* SPDX-License-Identifier: GPL-2.0-only */
/* When a task dies inside a handler: which dispatches it was in. */
#ifndef HDT_OOPS_H
#define HDT_OOPS_H

int hdt_oops_init(void);
void hdt_oops_exit(void);

#endif /* HDT_OOPS_H */
