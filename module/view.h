/* SPDX-License-Identifier: GPL-2.0-only */
/* What hdt shows of itself, under debugfs. See Documentation/introspection.rst */
#ifndef HDT_VIEW_H
#define HDT_VIEW_H

#include <linux/fs.h>
#include <linux/seq_file.h>

void hdt_view_init(void);
void hdt_view_exit(void);

/* hdt/stats: "+TABLE" or "-TABLE", the name as the views show it. 0 or -errno */
int hdt_view_switch(char *command);

/* For tests: the files that walk, by what they walk over (inode->i_private). */
extern const struct file_operations hdt_view_fops;
extern const struct seq_operations hdt_view_tables;
extern const struct seq_operations hdt_view_refusals;
extern const struct seq_operations hdt_view_handlers;
extern const struct seq_operations hdt_view_retained;

#endif /* HDT_VIEW_H */
