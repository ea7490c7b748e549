/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How handlers leave. Killing one is a store, in any context: no call starts
 * after it. The rest - out of the index and the slots, one grace period,
 * release, free - is the reaper's, for all that were killed before it came.
 */
#ifndef HDT_REAPER_H
#define HDT_REAPER_H

#include <linux/types.h>

struct hdt_desc;
struct hdt_fault;
struct hdt_registry;
struct module;
struct work_struct;

/*
 * Under registry->lock. -ENOENT if it was dead already, -EAGAIN if it has been
 * replaced, -EKEYREJECTED if it was overwritten. @why: 0, HDT_F_TAKEN or HDT_F_UNSEEN
 */
int hdt_kill(struct hdt_registry *registry, struct hdt_desc *desc, u32 why);
/* The same, and an overwritten one is taken out. Under registry->mutex alone. */
int hdt_kill_or_quarantine(struct hdt_registry *registry, struct hdt_desc *desc, u32 why);
/* Under registry->mutex: the dead @desc makes room for a new one of its key. */
void hdt_unlink(struct hdt_registry *registry, struct hdt_desc *desc);
/* Finish all that was killed before. May sleep; waits for a grace period. */
void hdt_reap(struct hdt_registry *registry);
/* The same, soon and elsewhere. Any context but NMI. */
void hdt_reap_async(struct hdt_registry *registry);
/* A seal is broken: have every descriptor looked at, and the broken ones removed. */
void hdt_suspect(struct hdt_registry *registry);
/* Take out what was overwritten. Under no lock; may sleep. */
void hdt_quarantine_all(struct hdt_registry *registry);
void hdt_reap_work(struct work_struct *work);
/* May the caller wait for a grace period of the table? Not from inside a handler. */
bool hdt_reap_allowed(struct hdt_registry *registry);
/* 0 if so, or the refusal's errno: -EDEADLK or -EOPNOTSUPP. */
int hdt_reap_refuse(struct hdt_registry *registry, const struct hdt_fault *fault);
/* The end of a descriptor that no reader can reach. Under reap_mutex. */
void hdt_dispose(struct hdt_registry *registry, struct hdt_desc *desc, u64 grace);
/* hdt_class_wait(), and the nanoseconds that it took. */
u64 hdt_grace(struct hdt_registry *registry);

/*
 * Kill all handlers of @owner, or all if @everyone; calls see them go at one
 * moment. Returns how many; names the first in @key. Under no lock.
 */
unsigned int hdt_kill_all(struct hdt_registry *registry, const struct module *owner,
			  bool everyone, char *key);

#endif /* HDT_REAPER_H */
