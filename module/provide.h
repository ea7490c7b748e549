/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Late binding: provisions, the static tables of modules that only provide,
 * each bound to the table of its name or waiting for one.
 */
#ifndef HDT_PROVIDE_H
#define HDT_PROVIDE_H

struct hdt_registry;
struct module;
struct seq_file;

/* A table was created: register what waits for it. Under no lock. */
void hdt_provisions_bind(struct hdt_registry *registry);
/* It is being destroyed: what it had waits for the next of its name. */
void hdt_provisions_unbind(struct hdt_registry *registry);
/* @owner goes; its handlers are the sweep's. */
void hdt_provisions_drop(const struct module *owner);
void hdt_provisions_show(struct seq_file *seq);

#endif /* HDT_PROVIDE_H */
