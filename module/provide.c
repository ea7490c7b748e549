// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "compat.h"
#include "lines.h"
#include "provide.h"
#include "source.h"
#include "table.h"

/*
 * One module's provision. It lives from __hdt_provide() to __hdt_withdraw() or
 * the module's end, through any number of tables of its name.
 */
struct provision {
	struct list_head node;
	const struct hdt_provides *provides;
	struct module *owner;
	struct hdt_table *table;	/* bound to it, with a reference; or NULL */
	bool busy;			/* being registered, outside the mutex */
	int err;			/* why the last table refused it */
};

static LIST_HEAD(provisions);
/* The list and its entries. Never held while registering: that may wait. */
static DEFINE_MUTEX(provisions_mutex);
static DECLARE_WAIT_QUEUE_HEAD(idle);

/*
 * Must the name be looked up again? If the table we had died, or if there was
 * none and now there is: its creator found the provision busy and went on. Who
 * creates one after this looks finds it waiting, for he needs the mutex too.
 */
static bool look_again(const struct provision *provision, const struct hdt_table *had)
{
	struct hdt_table *now;

	lockdep_assert_held(&provisions_mutex);
	if (had)
		return READ_ONCE(had->flags) & HDT_TABLE_DEAD;
	now = hdt_table_find(provision->provides->table);
	hdt_table_put(now);
	return now;
}

/*
 * Register @provision where its name leads to. The caller took it as busy, which
 * keeps everybody else away from it; on return it is anybody's, and may be gone.
 * Return: 0, 1 if no table has the name, or why the table refused.
 */
static int offer(struct provision *provision)
{
	const struct hdt_provides *provides = provision->provides;
	struct hdt_table *table;
	bool again, waits;
	int err;

	do {
		table = hdt_table_find(provides->table);
		waits = !table;
		err = table ? __hdt_register(table, provides->handlers, provides->nr,
					     provision->owner) : 0;

		mutex_lock(&provisions_mutex);
		/* hdt_provisions_unbind() comes after DEAD: it, or this, sees the other. */
		again = look_again(provision, table);
		provision->err = again ? 0 : err;
		provision->busy = again;
		if (!err && !again)
			swap(provision->table, table);
		mutex_unlock(&provisions_mutex);
		hdt_table_put(table);
	} while (again);
	wake_up_all(&idle);
	return err ?: waits;
}

/* One that waits for a table of this name, as busy. */
static struct provision *take_waiting(const char *name)
{
	struct provision *provision, *found = NULL;

	mutex_lock(&provisions_mutex);
	list_for_each_entry(provision, &provisions, node) {
		if (provision->table || provision->busy || provision->err ||
		    strcmp(provision->provides->table, name))
			continue;
		provision->busy = true;
		found = provision;
		break;
	}
	mutex_unlock(&provisions_mutex);
	return found;
}

/* What an earlier table refused, this one may take. */
static void forget_refusals(const char *name)
{
	struct provision *provision;

	mutex_lock(&provisions_mutex);
	list_for_each_entry(provision, &provisions, node)
		if (!strcmp(provision->provides->table, name))
			provision->err = 0;
	mutex_unlock(&provisions_mutex);
}

void hdt_provisions_bind(struct hdt_registry *registry)
{
	struct provision *provision;
	int err;

	forget_refusals(registry->name);
	while (!(READ_ONCE(registry->table.flags) & HDT_TABLE_DEAD)) {
		provision = take_waiting(registry->name);
		if (!provision)
			break;
		err = offer(provision);
		if (err < 0 && err != -ENODEV)
			pr_warn("table \"%s\" refused the handlers that waited for it (%pe)\n",
				registry->name, ERR_PTR(err));
	}
}

void hdt_provisions_unbind(struct hdt_registry *registry)
{
	struct provision *provision;

	mutex_lock(&provisions_mutex);
	list_for_each_entry(provision, &provisions, node)
		if (provision->table == &registry->table) {
			provision->table = NULL;
			hdt_table_put(&registry->table);
		}
	mutex_unlock(&provisions_mutex);
}

/* Take a provision of @owner off the list, when nobody is busy with it. */
static struct provision *take_off(const struct module *owner)
{
	struct provision *provision;

	mutex_lock(&provisions_mutex);
again:
	list_for_each_entry(provision, &provisions, node) {
		if (provision->owner != owner)
			continue;
		if (provision->busy) {
			mutex_unlock(&provisions_mutex);
			wait_event(idle, !READ_ONCE(provision->busy));
			mutex_lock(&provisions_mutex);
			goto again;
		}
		list_del(&provision->node);
		mutex_unlock(&provisions_mutex);
		return provision;
	}
	mutex_unlock(&provisions_mutex);
	return NULL;
}

void hdt_provisions_drop(const struct module *owner)
{
	struct provision *provision;

	while ((provision = take_off(owner))) {
		hdt_table_put(provision->table);
		kfree(provision);
	}
}

/* They may be registered in one table after the other: nothing may run just once. */
static bool has_release(const struct hdt_provides *provides)
{
	u32 i;

	for (i = 0; i < provides->nr; i++)
		if (provides->handlers[i].opts.release)
			return true;
	return false;
}

/* The functions behind module_hdt_handlers(); called once in a module's life. */
int __hdt_provide(const struct hdt_provides *provides, struct module *owner)
{
	struct provision *provision;
	int err;

	if (has_release(provides))
		return hdt_refuse(HDT_BAD_ARGUMENT, &(struct hdt_fault){
			.module = owner, .caller = _RET_IP_,
			.what = "module_hdt_handlers() takes no release" });
	provision = kzalloc(sizeof(*provision), GFP_KERNEL);
	if (!provision)
		return -ENOMEM;
	provision->provides = provides;
	provision->owner = owner;
	provision->busy = true;
	mutex_lock(&provisions_mutex);
	list_add_tail(&provision->node, &provisions);
	mutex_unlock(&provisions_mutex);

	err = offer(provision);
	if (err < 0) {
		hdt_provisions_drop(owner);
		return err;
	}
	if (err)
		pr_info("module %s waits for a table \"%s\"\n", hdt_module_name(owner),
			provides->table);
	return 0;
}
EXPORT_SYMBOL_HDT(__hdt_provide);

void __hdt_withdraw(struct module *owner)
{
	struct provision *provision;

	while ((provision = take_off(owner))) {
		if (provision->table)
			hdt_unregister_all(provision->table, owner);
		hdt_table_put(provision->table);
		kfree(provision);
	}
}
EXPORT_SYMBOL_HDT(__hdt_withdraw);

void hdt_provisions_show(struct seq_file *seq)
{
	const struct provision *provision;

	mutex_lock(&provisions_mutex);
	list_for_each_entry(provision, &provisions, node)
		if (!provision->table) {
			hdt_line_string(seq, "table", provision->provides->table);
			hdt_line_string(seq, "owner", hdt_module_name(provision->owner));
			seq_printf(seq, " handlers=%u err=%d\n", provision->provides->nr,
				   provision->err);
		}
	mutex_unlock(&provisions_mutex);
}
