// SPDX-License-Identifier: GPL-2.0-only
#include <linux/debugfs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string_helpers.h>

#include "class.h"
#include "desc.h"
#include "lines.h"
#include "provide.h"
#include "resolve.h"
#include "stats.h"
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
 * A walk over all tables, or over all slots of all tables, one a step: nothing is
 * held between steps but a reference to the table in hand, so a reader may take
 * its time. The cursor is where seq_file's position is; it goes back to the start
 * only together with that.
 */
struct cursor {
	struct hdt_registry *registry;
	u32 slot;
};

static struct cursor *restart(struct seq_file *seq, loff_t pos)
{
	struct cursor *cursor = seq->private;

	if (pos)
		return cursor;
	if (cursor->registry)
		hdt_table_put(&cursor->registry->table);
	cursor->registry = hdt_tables_next(NULL);
	cursor->slot = 0;
	return cursor;
}

static void *tables_start(struct seq_file *seq, loff_t *pos)
{
	struct cursor *cursor = restart(seq, *pos);

	return cursor->registry ? cursor : NULL;
}

static void *tables_next(struct seq_file *seq, void *v, loff_t *pos)
{
	struct cursor *cursor = v;

	++*pos;
	cursor->registry = hdt_tables_next(cursor->registry);
	return cursor->registry ? cursor : NULL;
}

static u32 nr_slots(struct hdt_registry *registry)
{
	int idx = hdt_bracket_enter(registry);
	u32 nr = hdt_dereference(registry, registry->table.slots)->mask + 1;

	hdt_bracket_leave(registry, idx);
	return nr;
}

/* The slot that the cursor is at, or else the first of the next table. */
static void *advance(struct cursor *cursor)
{
	while (cursor->registry && cursor->slot >= nr_slots(cursor->registry)) {
		cursor->registry = hdt_tables_next(cursor->registry);
		cursor->slot = 0;
	}
	return cursor->registry ? cursor : NULL;
}

static void *slots_start(struct seq_file *seq, loff_t *pos)
{
	return advance(restart(seq, *pos));
}

static void *slots_next(struct seq_file *seq, void *v, loff_t *pos)
{
	struct cursor *cursor = v;

	++*pos;
	cursor->slot++;
	/* seq_file itself does not, over as many slots as are empty. */
	cond_resched();
	return advance(cursor);
}

static void walk_stop(struct seq_file *seq, void *v)
{
}

typedef void (*line_fn)(struct seq_file *seq, struct hdt_registry *registry,
			const struct hdt_desc *desc, u32 meta);

static int show_slot(struct seq_file *seq, const struct cursor *cursor, line_fn line)
{
	struct hdt_handle handle = { .raw = cursor->slot };
	struct hdt_registry *registry = cursor->registry;
	const struct hdt_desc *desc;
	unsigned long word;
	u32 meta;
	int idx;

	idx = hdt_bracket_enter(registry);
	word = hdt_slots_word(hdt_dereference(registry, registry->table.slots), handle);
	desc = (const struct hdt_desc *)word;
	if (!(word & HDT_SLOT_FREE) && hdt_desc_shows(registry, desc, &meta))
		line(seq, registry, desc, meta);
	hdt_bracket_leave(registry, idx);
	return 0;
}

static int handlers_show(struct seq_file *seq, void *v)
{
	return show_slot(seq, v, hdt_line_handler);
}

static int retained_show(struct seq_file *seq, void *v)
{
	return show_slot(seq, v, hdt_line_retained);
}

static int tables_show(struct seq_file *seq, void *v)
{
	hdt_line_table(seq, ((struct cursor *)v)->registry);
	return 0;
}

static int refusals_show(struct seq_file *seq, void *v)
{
	hdt_lines_refusals(seq, ((struct cursor *)v)->registry);
	return 0;
}

#define WALK(what, over)						\
	const struct seq_operations hdt_view_##what = {			\
		.start = over##_start,					\
		.next = over##_next,					\
		.stop = walk_stop,					\
		.show = what##_show,					\
	}

WALK(tables, tables);
WALK(refusals, tables);
WALK(handlers, slots);
WALK(retained, slots);

static int walk_open(struct inode *inode, struct file *file)
{
	return seq_open_private(file, inode->i_private, sizeof(struct cursor));
}

static int walk_release(struct inode *inode, struct file *file)
{
	struct seq_file *seq = file->private_data;
	struct cursor *cursor = seq->private;

	if (cursor->registry)
		hdt_table_put(&cursor->registry->table);
	return seq_release_private(inode, file);
}

const struct file_operations hdt_view_fops = {
	.owner = THIS_MODULE,
	.open = walk_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = walk_release,
};

int hdt_view_switch(char *command)
{
	struct hdt_table *table;
	int err;

	/* The line's end; one that belongs to the name is escaped. */
	command[strcspn(command, "\n")] = '\0';
	if (*command != '+' && *command != '-')
		return -EINVAL;
	string_unescape_inplace(command + 1, UNESCAPE_HEX);
	table = hdt_table_find(command + 1);
	if (!table)
		return -ENOENT;
	err = hdt_stats_switch(to_registry(table), *command == '+');
	hdt_table_put(table);
	return err;
}

static ssize_t stats_write(struct file *file, const char __user *from, size_t size, loff_t *pos)
{
	char *command;
	int err;

	/* A sign, a name all of which is escaped, and the line's end. */
	if (size > 2 + 4 * HDT_TABLE_NAME_MAX)
		return -EINVAL;
	command = memdup_user_nul(from, size);
	if (IS_ERR(command))
		return PTR_ERR(command);
	err = hdt_view_switch(command);
	kfree(command);
	return err ?: size;
}

static const struct file_operations stats_fops = {
	.owner = THIS_MODULE,
	.open = nonseekable_open,
	.write = stats_write,
};

static void create_walk(const char *name, const struct seq_operations *over)
{
	debugfs_create_file(name, 0400, root, (void *)over, &hdt_view_fops);
}

void hdt_view_init(void)
{
	root = debugfs_create_dir("hdt", NULL);
	debugfs_create_file("pending", 0400, root, NULL, &pending_fops);
	create_walk("tables", &hdt_view_tables);
	create_walk("refusals", &hdt_view_refusals);
	create_walk("handlers", &hdt_view_handlers);
	create_walk("retained", &hdt_view_retained);
	debugfs_create_file("stats", 0200, root, NULL, &stats_fops);
}

void hdt_view_exit(void)
{
	debugfs_remove(root);
}
