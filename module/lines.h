/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the views under debugfs say, a line to a thing: NAME=VALUE, separated by
 * one blank. In a value that is a string all but printable ASCII, and blanks,
 * quotes and backslashes, are \xHH, so that any line can be taken apart at its
 * blanks; but for a last field of plain words, which goes to the line's end. No
 * address is ever shown. An interface: see Documentation/introspection.rst.
 */
#ifndef HDT_LINES_H
#define HDT_LINES_H

#include <linux/types.h>

struct hdt_desc;
struct hdt_registry;
struct seq_file;

/* NAME=VALUE and, before it if it is not the first of the line, a blank. */
void hdt_line_bytes(struct seq_file *seq, const char *name, const char *bytes, size_t len);
void hdt_line_string(struct seq_file *seq, const char *name, const char *value);

void hdt_line_table(struct seq_file *seq, struct hdt_registry *registry);
void hdt_lines_refusals(struct seq_file *seq, struct hdt_registry *registry);
/* In the bracket. @meta: the descriptor's, when it was found fit to be shown */
void hdt_line_handler(struct seq_file *seq, struct hdt_registry *registry,
		      const struct hdt_desc *desc, u32 meta);
/* The same, if it keeps memory. */
void hdt_line_retained(struct seq_file *seq, struct hdt_registry *registry,
		       const struct hdt_desc *desc, u32 meta);

#endif /* HDT_LINES_H */
