/* SPDX-License-Identifier: GPL-2.0-only */
/* Modules that go: what they leave behind is swept (G7). */
#ifndef HDT_OWNER_H
#define HDT_OWNER_H

int hdt_owner_init(void);
void hdt_owner_exit(void);

#endif /* HDT_OWNER_H */
