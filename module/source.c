// SPDX-License-Identifier: GPL-2.0-only
#include <linux/rculist.h>
#include <linux/slab.h>

#include "class.h"
#include "source.h"

static const enum module_state always_live = MODULE_STATE_LIVE;

/* The same value as the generated NAME_hash(), which folds to a constant. */
u64 hdt_signature_hash(const struct hdt_signature *sig)
{
	u64 hash = HDT_SIG_SEED;
	unsigned int i;

	for (i = 0; i < sig->nr; i++)
		hash = hdt_type_mix(hash, sig->type[i].code, sig->type[i].name,
				    strlen(sig->type[i].name));
	return hash;
}

struct hdt_source *hdt_source_alloc(const struct hdt_signature *sig, struct module *owner,
				    gfp_t gfp)
{
	/* params is "" or begins with ", " */
	const char *params = sig->nr > 1 ? sig->params + 2 : "void";
	const char *ret = sig->type[0].name;
	size_t size = strlen(ret) + strlen(sig->name) + strlen(params) + sizeof("  ()");
	struct hdt_source *source;

	source = kzalloc(struct_size(source, text, size), gfp);
	if (!source)
		return NULL;
	source->owner = owner;
	source->head.state = owner ? &owner->state : &always_live;
	source->sig = hdt_signature_hash(sig);
	snprintf(source->text, size, "%s %s(%s)", ret, sig->name, params);
	return source;
}

struct hdt_source *hdt_source_find(struct hdt_registry *registry, u64 sig,
				   const struct module *owner)
{
	struct hdt_source *source;

	list_for_each_entry(source, &registry->sources, node)
		if (source->sig == sig && source->owner == owner)
			return source;
	return NULL;
}

void hdt_source_add(struct hdt_registry *registry, struct hdt_source *source)
{
	list_add_rcu(&source->node, &registry->sources);
}

static void free_rcu(struct rcu_head *head)
{
	kfree(container_of(head, struct hdt_source, rcu));
}

/* A descriptor of @source is gone. Readers may still be in a report about it. */
void hdt_source_put(struct hdt_registry *registry, struct hdt_source *source)
{
	bool last;

	raw_spin_lock_irq(&registry->lock);
	last = !--source->refs;
	if (last)
		list_del_rcu(&source->node);
	raw_spin_unlock_irq(&registry->lock);
	if (last)
		hdt_class_call(registry, &source->rcu, free_rcu);
}

/* The table's own end: only quarantined descriptors can have kept a source. */
void hdt_sources_free(struct hdt_registry *registry)
{
	struct hdt_source *source, *next;

	list_for_each_entry_safe(source, next, &registry->sources, node)
		kfree(source);
}

bool hdt_source_known(struct hdt_registry *registry, const struct hdt_source *source)
{
	const struct hdt_source *known;

	list_for_each_entry_rcu(known, &registry->sources, node, hdt_bracket_held(registry) ||
				lockdep_is_held(&registry->mutex) ||
				lockdep_is_held(&registry->lock))
		if (known == source)
			return true;
	return false;
}
