// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/notifier.h>

#include "owner.h"
#include "provide.h"
#include "reaper.h"
#include "site.h"
#include "source.h"
#include "table.h"

/* Has @mod anything in the table, or anything that is still on its way out? */
static bool involved(struct hdt_registry *registry, const struct module *mod)
{
	struct hdt_source *source;
	bool found = false;

	if (registry->creator == mod)
		return true;
	raw_spin_lock_irq(&registry->lock);
	list_for_each_entry(source, &registry->sources, node)
		found |= source->owner == mod;
	raw_spin_unlock_irq(&registry->lock);
	return found;
}

static void sweep(struct hdt_registry *registry, struct module *mod)
{
	char key[HDT_KEY_MAX + 1] = "";
	bool created = registry->creator == mod;
	unsigned int nr;

	if (created) {
		mutex_lock(&registry->mutex);
		created = !(registry->table.flags & HDT_TABLE_DEAD);
		hdt_table_set_flag(registry, HDT_TABLE_DEAD, true);
		mutex_unlock(&registry->mutex);
	}
	if (created)
		hdt_provisions_unbind(registry);
	nr = hdt_kill_all(registry, mod, created, key);
	if (nr)
		pr_warn("leak: module %s went without unregistering %u handler%s of table \"%s\", the first \"%s\"; removed\n",
			mod->name, nr, nr == 1 ? "" : "s", registry->name, key);
	if (created)
		pr_warn("leak: module %s went without destroying its table \"%s\"; destroyed\n",
			mod->name, registry->name);
	/* Also what it removed, or had replaced, and is still being waited for. */
	hdt_reap(registry);
	if (created)
		hdt_table_put(&registry->table);
}

/*
 * GOING comes after the module's exit function, or after its init failed; its
 * text and data are freed when this returns. Its state said GOING long before,
 * so no new call enters it, and it can register nothing behind the sweep's back:
 * register.c and replace.c look at the state under the locks that hdt_kill_all()
 * takes.
 */
void hdt_owner_going(struct module *mod)
{
	struct hdt_registry *registry = NULL;

	hdt_provisions_drop(mod);
	while ((registry = hdt_tables_next(registry)))
		if (involved(registry, mod))
			sweep(registry, mod);
	hdt_sites_drop(mod);
}

static int notify(struct notifier_block *nb, unsigned long action, void *data)
{
	if (action != MODULE_STATE_GOING)
		return NOTIFY_DONE;
	hdt_owner_going(data);
	return NOTIFY_OK;
}

static struct notifier_block notifier = { .notifier_call = notify };

int hdt_owner_init(void)
{
	return register_module_notifier(&notifier);
}

void hdt_owner_exit(void)
{
	unregister_module_notifier(&notifier);
}
