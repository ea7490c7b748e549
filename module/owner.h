/* SPDX-License-Identifier: GPL-2.0-only */
/* Modules that go: what they leave behind is swept (G7). */
#ifndef HDT_OWNER_H
#define HDT_OWNER_H

struct module;

int hdt_owner_init(void);
void hdt_owner_exit(void);
/* @mod is in state GOING: sweep what it left. May sleep; waits for grace periods. */
void hdt_owner_going(struct module *mod);

#endif /* HDT_OWNER_H */
