/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A source: what one module provides in one table under one signature. Its
 * descriptors share it, so that owner and signature cost a handler one word.
 */
#ifndef HDT_SOURCE_H
#define HDT_SOURCE_H

#include <linux/list.h>
#include <linux/module.h>
#include <linux/rcupdate.h>

#include <hdt/types.h>

struct hdt_registry;
struct hdt_signature;

struct hdt_source {
	struct hdt_source_head head;	/* first: what the call path reads */
	struct list_head node;		/* in registry->sources */
	struct module *owner;		/* NULL: built in */
	u64 sig;
	u32 refs;			/* descriptors, whatever their state; under lock */
	struct rcu_head rcu;
	char text[];			/* the signature, to be read */
};

u64 hdt_signature_hash(const struct hdt_signature *sig);

struct hdt_source *hdt_source_alloc(const struct hdt_signature *sig, struct module *owner,
				    gfp_t gfp);
/* Under registry->lock. */
struct hdt_source *hdt_source_find(struct hdt_registry *registry, u64 sig,
				   const struct module *owner);
void hdt_source_add(struct hdt_registry *registry, struct hdt_source *source);
/* Under no spinlock, with interrupts on. */
void hdt_source_put(struct hdt_registry *registry, struct hdt_source *source);
void hdt_sources_free(struct hdt_registry *registry);
/* In the table's bracket: is this word the address of a source of the table? */
bool hdt_source_known(struct hdt_registry *registry, const struct hdt_source *source);

static inline const char *hdt_module_name(const struct module *mod)
{
	return mod ? mod->name : "built-in";
}

#endif /* HDT_SOURCE_H */
