// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/slab.h>

#include "class.h"
#include "compat.h"
#include "context.h"
#include "index.h"
#include "provide.h"
#include "reaper.h"
#include "report.h"
#include "site.h"
#include "slots.h"
#include "source.h"
#include "stats.h"

struct workqueue_struct *hdt_workqueue;

/* All tables that have a reference left, dead ones included. */
static LIST_HEAD(tables);
static unsigned int observers;	/* of calls; see hdt_observe() */
static DEFINE_MUTEX(tables_mutex);

/* A live table of this name; under tables_mutex. */
static struct hdt_registry *find(const char *name)
{
	struct hdt_registry *registry;

	list_for_each_entry(registry, &tables, node)
		if (!(READ_ONCE(registry->table.flags) & HDT_TABLE_DEAD) &&
		    !strcmp(registry->name, name))
			return registry;
	return NULL;
}

struct hdt_registry *hdt_registry_of(struct hdt_table *table, struct hdt_fault *fault)
{
	if (IS_ERR_OR_NULL(table)) {
		fault->what = "table";
		hdt_refuse(HDT_BAD_ARGUMENT, fault);
		return NULL;
	}
	fault->registry = to_registry(table);
	return fault->registry;
}

struct hdt_registry *hdt_tables_next(struct hdt_registry *registry)
{
	struct hdt_registry *next = NULL, *at;

	mutex_lock(&tables_mutex);
	at = list_prepare_entry(registry, &tables, node);
	list_for_each_entry_continue(at, &tables, node) {
		if (!refcount_inc_not_zero(&at->refs))
			continue;
		next = at;
		break;
	}
	mutex_unlock(&tables_mutex);
	if (registry)
		hdt_table_put(&registry->table);
	return next;
}

void hdt_tables_each(void (*fn)(struct hdt_registry *registry, const void *arg), const void *arg)
{
	struct hdt_registry *registry;

	mutex_lock(&tables_mutex);
	list_for_each_entry(registry, &tables, node)
		fn(registry, arg);
	mutex_unlock(&tables_mutex);
}

void hdt_table_set_flag(struct hdt_registry *registry, unsigned int flag, bool on)
{
	unsigned int flags;

	raw_spin_lock_irq(&registry->lock);
	flags = registry->table.flags & ~flag;
	WRITE_ONCE(registry->table.flags, on ? flags | flag : flags);
	if (on)
		hdt_sites_unbind(registry, NULL);
	raw_spin_unlock_irq(&registry->lock);
}

static void observe(int nr)
{
	struct hdt_registry *registry;

	mutex_lock(&tables_mutex);
	observers += nr;
	list_for_each_entry(registry, &tables, node)
		hdt_table_set_flag(registry, HDT_TABLE_OBSERVED, observers);
	mutex_unlock(&tables_mutex);
}

int hdt_observe(void)
{
	observe(1);
	return 0;
}

void hdt_unobserve(void)
{
	observe(-1);
}

static void registry_free(struct hdt_registry *registry)
{
	hdt_class_destroy(registry);
	hdt_sources_free(registry);
	hdt_stats_free(registry);
	hdt_index_free(rcu_dereference_protected(registry->table.index, true));
	hdt_slots_free(rcu_dereference_protected(registry->table.slots, true));
	kfree(registry);
}

/* The last reference is gone; calls that began before may still look at it. */
static void free_work(struct work_struct *work)
{
	struct hdt_registry *registry = container_of(work, struct hdt_registry, free_work);

	/* Together: a consumer that goes looks for its sites in the tables that are listed. */
	mutex_lock(&tables_mutex);
	hdt_sites_forget(registry);
	list_del(&registry->node);
	mutex_unlock(&tables_mutex);
	hdt_class_wait(registry);
	registry_free(registry);
}

/*
 * To lockdep the two classes of table are two kinds of lock: a handler of a
 * sleepable table may wait for an atomic one, never the other way round.
 */
static void init_locks(struct hdt_registry *registry)
{
	static struct lock_class_key reap_keys[2], keys[2];
	int nr = hdt_sleepable(registry);

	mutex_init(&registry->reap_mutex);
	lockdep_set_class(&registry->reap_mutex, &reap_keys[nr]);
	mutex_init(&registry->mutex);
	lockdep_set_class(&registry->mutex, &keys[nr]);
	raw_spin_lock_init(&registry->lock);
}

static struct hdt_registry *registry_alloc(const char *name, const struct hdt_table_opts *opts,
					   struct module *creator)
{
	struct hdt_registry *registry = kzalloc(sizeof(*registry), GFP_KERNEL);
	static atomic64_t last_id;
	struct hdt_index *index;
	int err;

	if (!registry)
		return NULL;
	registry->id = atomic64_inc_return(&last_id);
	strscpy(registry->name, name, sizeof(registry->name));
	registry->creator = creator;
	strscpy(registry->creator_name, hdt_module_name(creator),
		sizeof(registry->creator_name));
	registry->table.flags = opts->sleepable ? HDT_TABLE_SLEEPABLE : 0;
	registry->max_handlers = min(opts->max_handlers ?: HDT_SLOT_MAX, HDT_SLOT_MAX);
	registry->autoload = opts->autoload;
	registry->free_slot = HDT_SLOT_MAX;
	refcount_set(&registry->refs, 1);
	init_locks(registry);
	INIT_LIST_HEAD(&registry->sources);
	INIT_LIST_HEAD(&registry->sites);
	INIT_WORK(&registry->reap_work, hdt_reap_work);
	INIT_WORK(&registry->free_work, free_work);

	if (hdt_class_init(registry)) {
		kfree(registry);
		return NULL;
	}
	index = hdt_index_alloc(0);
	RCU_INIT_POINTER(registry->table.index, index);
	/* The first slots: nobody else sees the table yet, the lock is for lockdep. */
	mutex_lock(&registry->mutex);
	err = hdt_slots_reserve(registry, 1);
	mutex_unlock(&registry->mutex);
	if (!err && opts->stats)
		err = hdt_stats_switch(registry, true);
	if (index && !err)
		return registry;
	registry_free(registry);
	return NULL;
}

struct hdt_table *__hdt_table_create(const char *name, const struct hdt_table_opts *opts,
				     struct module *creator)
{
	static const struct hdt_table_opts usual;
	struct hdt_registry *registry;
	struct hdt_fault fault = {
		.module = creator,
		.caller = _RET_IP_,
		.key = name,
		.len = name ? strnlen(name, HDT_TABLE_NAME_MAX + 1) : 0,
		.what = "table name",
	};
	int err = 0;

	if (!hdt_may_sleep())
		return ERR_PTR(hdt_refuse(HDT_BAD_CONTEXT, &fault));
	if (!fault.len)
		return ERR_PTR(hdt_refuse(HDT_BAD_ARGUMENT, &fault));
	if (fault.len > HDT_TABLE_NAME_MAX) {
		fault.expected = HDT_TABLE_NAME_MAX;
		fault.found = fault.len;
		return ERR_PTR(hdt_refuse(HDT_KEY_TOO_LONG, &fault));
	}
	registry = registry_alloc(name, opts ?: &usual, creator);
	if (!registry)
		return ERR_PTR(-ENOMEM);

	mutex_lock(&tables_mutex);
	if (creator && !module_is_live(creator))
		err = hdt_refuse(HDT_OWNER_GOING, &fault);
	else if (find(name))
		err = hdt_refuse(HDT_KEY_TAKEN, &fault);
	else
		list_add_tail(&registry->node, &tables);
	hdt_table_set_flag(registry, HDT_TABLE_OBSERVED, observers);
	mutex_unlock(&tables_mutex);
	if (err) {
		registry_free(registry);
		return ERR_PTR(err);
	}
	hdt_provisions_bind(registry);
	return &registry->table;
}
EXPORT_SYMBOL_HDT(__hdt_table_create);

struct hdt_table *hdt_table_find(const char *name)
{
	struct hdt_registry *registry;

	mutex_lock(&tables_mutex);
	registry = find(name);
	if (registry && !refcount_inc_not_zero(&registry->refs))
		registry = NULL;
	mutex_unlock(&tables_mutex);
	return registry ? &registry->table : NULL;
}

/**
 * hdt_table_get() - find a table by its name
 * @name: the name it was created under
 *
 * The reference keeps the table's memory, not its handlers, nor its creator.
 *
 * Context: Process context. May sleep.
 * Return: the table, to be given back by hdt_table_put(), or an ERR_PTR():
 *
 *  * -EINVAL - @name is NULL or empty
 *  * -ENOENT - no such table
 *  * -EOPNOTSUPP - called where sleeping is not allowed
 */
struct hdt_table *hdt_table_get(const char *name)
{
	struct hdt_fault fault = { .caller = _RET_IP_ };
	struct hdt_table *table;

	if (!hdt_may_sleep())
		return ERR_PTR(hdt_refuse(HDT_BAD_CONTEXT, &fault));
	fault.what = "table name";
	fault.key = name;
	fault.len = name ? strnlen(name, HDT_KEY_MAX) : 0;
	if (!fault.len)
		return ERR_PTR(hdt_refuse(HDT_BAD_ARGUMENT, &fault));
	table = hdt_table_find(name);
	return table ?: ERR_PTR(hdt_refuse(HDT_NO_TABLE, &fault));
}
EXPORT_SYMBOL_HDT(hdt_table_get);

/**
 * hdt_table_put() - give back a reference to a table
 * @table: what hdt_table_get() returned; NULL and ERR_PTR() are ignored
 *
 * Context: Any but NMI.
 */
void hdt_table_put(struct hdt_table *table)
{
	struct hdt_registry *registry;

	if (IS_ERR_OR_NULL(table))
		return;
	registry = to_registry(table);
	if (refcount_dec_and_test(&registry->refs))
		queue_work(hdt_workqueue, &registry->free_work);
}
EXPORT_SYMBOL_HDT(hdt_table_put);

int __hdt_table_destroy(struct hdt_table *table, struct module *caller)
{
	struct hdt_fault fault = { .module = caller, .caller = _RET_IP_ };
	struct hdt_registry *registry = hdt_registry_of(table, &fault);
	bool dead;
	int err;

	if (!registry)
		return -EINVAL;
	if (registry->creator != caller)
		return hdt_refuse(HDT_NOT_OWNER, &fault);
	err = hdt_reap_refuse(registry, &fault);
	if (err)
		return err;

	mutex_lock(&registry->mutex);
	dead = registry->table.flags & HDT_TABLE_DEAD;
	/* No registration gets in after this, and every dispatch goes out of line. */
	hdt_table_set_flag(registry, HDT_TABLE_DEAD, true);
	mutex_unlock(&registry->mutex);
	if (dead)
		return hdt_refuse(HDT_NO_TABLE, &fault);

	hdt_provisions_unbind(registry);
	hdt_kill_all(registry, NULL, true, NULL);
	hdt_reap(registry);
	hdt_table_put(table);
	return 0;
}
EXPORT_SYMBOL_HDT(__hdt_table_destroy);

int hdt_tables_init(void)
{
	hdt_workqueue = alloc_workqueue("hdt", WQ_UNBOUND, 0);
	return hdt_workqueue ? 0 : -ENOMEM;
}

/* Nobody uses hdt any more: tables that are left were got and never put. */
void hdt_tables_exit(void)
{
	struct hdt_registry *registry, *next;

	drain_workqueue(hdt_workqueue);
	list_for_each_entry_safe(registry, next, &tables, node) {
		list_del(&registry->node);
		hdt_reap(registry);
		hdt_class_wait(registry);
		registry_free(registry);
	}
	destroy_workqueue(hdt_workqueue);
	hdt_class_barrier(NULL);
}
