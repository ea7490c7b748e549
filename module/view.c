// SPDX-License-Identifier: GPL-2.0-only
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/timekeeping.h>

#include "class.h"
#include "desc.h"
#include "provide.h"
#include "source.h"
#include "view.h"

static struct dentry *root;

/* hdt/pending: static tables whose table does not exist, or refused them. */
static int pending_show(struct seq_file *seq, void *unused)
{
	hdt_provisions_show(seq);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pending);

/*
 * A walk over all slots of all tables, one slot a step: nothing is held between
 * steps but a reference to the table in hand, so a reader may take its time.
 */
struct cursor {
	struct hdt_registry *registry;
	u32 slot;
};

static u32 nr_slots(struct hdt_registry *registry)
{
	int idx = hdt_bracket_enter(registry);
	u32 nr = hdt_dereference(registry, registry->table.slots)->nr;

	hdt_bracket_leave(registry, idx);
	return nr;
}

static void *advance(struct cursor *cursor)
{
	while (cursor->registry && cursor->slot >= nr_slots(cursor->registry)) {
		cursor->registry = hdt_tables_next(cursor->registry);
		cursor->slot = 0;
	}
	return cursor->registry ? cursor : NULL;
}

static void *walk_start(struct seq_file *seq, loff_t *pos)
{
	struct cursor *cursor = seq->private;

	if (!*pos) {
		if (cursor->registry)
			hdt_table_put(&cursor->registry->table);
		cursor->registry = hdt_tables_next(NULL);
		cursor->slot = 0;
	}
	return advance(cursor);
}

static void *walk_next(struct seq_file *seq, void *v, loff_t *pos)
{
	struct cursor *cursor = v;

	++*pos;
	cursor->slot++;
	return advance(cursor);
}

static void walk_stop(struct seq_file *seq, void *v)
{
}

/* hdt/retained: what memory handlers keep, whose, since when and of what use. */
static void show_retained(struct seq_file *seq, const struct hdt_registry *registry,
			  const struct hdt_desc *desc)
{
	const struct hdt_extra *extra = hdt_desc_extra(desc);

	if (!extra || (!extra->captured && !extra->release))
		return;
	seq_printf(seq, "table=%s key=%*pE owner=%s captured=%zu release=%ps age=%llds calls=",
		   registry->name, (int)hdt_desc_len(desc), desc->key,
		   hdt_module_name(desc->source->owner), extra->captured_size, extra->release,
		   ktime_get_boottime_seconds() - extra->since);
	if (extra->calls)
		seq_printf(seq, "%llu\n", hdt_desc_calls(extra));
	else
		seq_puts(seq, "-\n");
}

static int retained_walk_show(struct seq_file *seq, void *v)
{
	const struct cursor *cursor = v;
	struct hdt_registry *registry = cursor->registry;
	const struct hdt_desc *desc;
	struct hdt_handle handle;
	int idx;

	idx = hdt_bracket_enter(registry);
	handle.raw = cursor->slot;
	desc = hdt_slots_find(hdt_dereference(registry, registry->table.slots), handle);
	/* What was overwritten is not followed; the bracket keeps the rest. */
	if (desc && hdt_desc_intact(registry, desc))
		show_retained(seq, registry, desc);
	hdt_bracket_leave(registry, idx);
	return 0;
}

static const struct seq_operations retained_sops = {
	.start = walk_start,
	.next = walk_next,
	.stop = walk_stop,
	.show = retained_walk_show,
};

static int walk_release(struct inode *inode, struct file *file)
{
	struct seq_file *seq = file->private_data;
	struct cursor *cursor = seq->private;

	if (cursor->registry)
		hdt_table_put(&cursor->registry->table);
	return seq_release_private(inode, file);
}

static int retained_open(struct inode *inode, struct file *file)
{
	return seq_open_private(file, &retained_sops, sizeof(struct cursor));
}

static const struct file_operations retained_fops = {
	.owner = THIS_MODULE,
	.open = retained_open,
	.read = seq_read,
	.release = walk_release,
};

void hdt_view_init(void)
{
	root = debugfs_create_dir("hdt", NULL);
	debugfs_create_file("pending", 0400, root, NULL, &pending_fops);
	debugfs_create_file("retained", 0400, root, NULL, &retained_fops);
}

void hdt_view_exit(void)
{
	debugfs_remove(root);
}
