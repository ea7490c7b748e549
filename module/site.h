/* SPDX-License-Identifier: GPL-2.0-only */
/* Fixed call sites: what binds and unbinds them. See include/hdt/site.h. */
#ifndef HDT_MODULE_SITE_H
#define HDT_MODULE_SITE_H

#include <hdt/hdt.h>

struct hdt_registry;

/* A call by prepared key, for @caller. */
const struct hdt_desc *hdt_enter_prepared(struct hdt_frame *frame, struct hdt_table *table,
					  const struct hdt_key *key,
					  const struct hdt_signature *sig, u64 sig_hash,
					  unsigned long caller);

/* Under registry->lock: calls of @desc through sites go by key again; of all, if NULL. */
void hdt_sites_unbind(struct hdt_registry *registry, const struct hdt_desc *desc);
/* Nobody holds the table any more: its sites may be bound to another. */
void hdt_sites_forget(struct hdt_registry *registry);
/* Nothing of @consumer runs any more. May sleep. */
void hdt_sites_drop(const struct module *consumer);

#endif /* HDT_MODULE_SITE_H */
