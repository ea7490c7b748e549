// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kallsyms.h>
#include <linux/seq_file.h>
#include <linux/string_helpers.h>
#include <linux/timekeeping.h>

#include "class.h"
#include "desc.h"
#include "lines.h"
#include "report.h"
#include "source.h"
#include "stats.h"

/* Does a field begin where the buffer is? Then it is the first of its line. */
static void name_field(struct seq_file *seq, const char *name)
{
	if (seq->count && seq->count <= seq->size && seq->buf[seq->count - 1] != '\n')
		seq_putc(seq, ' ');
	seq_puts(seq, name);
	seq_putc(seq, '=');
}

void hdt_line_bytes(struct seq_file *seq, const char *name, const char *bytes, size_t len)
{
	name_field(seq, name);
	seq_escape_mem(seq, bytes, len, ESCAPE_HEX | ESCAPE_NAP | ESCAPE_APPEND, " \"\\");
}

void hdt_line_string(struct seq_file *seq, const char *name, const char *value)
{
	hdt_line_bytes(seq, name, value, strlen(value));
}

static void line_number(struct seq_file *seq, const char *name, u64 value)
{
	name_field(seq, name);
	seq_printf(seq, "%llu", value);
}

static void line_hex(struct seq_file *seq, const char *name, u64 value)
{
	name_field(seq, name);
	seq_printf(seq, "%#018llx", value);
}

/* The name of code, which the caller's bracket keeps; the module is in another field. */
static void line_symbol(struct seq_file *seq, const char *name, const void *code)
{
	char text[KSYM_SYMBOL_LEN] = "-";

	if (code)
		scnprintf(text, sizeof(text), "%ps", code);
	/* What has no name would be shown by its address. */
	if (strstarts(text, "0x"))
		strscpy(text, "?", sizeof(text));
	hdt_line_bytes(seq, name, text, strcspn(text, " "));
}

/* The last field: whatever it consists of, up to the end of the line. */
static void line_words(struct seq_file *seq, const char *name, const char *words)
{
	name_field(seq, name);
	seq_escape_mem(seq, words, strlen(words), ESCAPE_HEX | ESCAPE_NAP | ESCAPE_APPEND, "\\");
	seq_putc(seq, '\n');
}

void hdt_line_table(struct seq_file *seq, struct hdt_registry *registry)
{
	unsigned int flags = READ_ONCE(registry->table.flags);
	unsigned long refused = 0;
	int reason;

	for (reason = 0; reason < HDT_NR_FAULTS; reason++)
		refused += atomic_long_read(&registry->faults[reason]);
	hdt_line_string(seq, "table", registry->name);
	hdt_line_string(seq, "creator", registry->creator_name);
	hdt_line_string(seq, "class", flags & HDT_TABLE_SLEEPABLE ? "sleepable" : "atomic");
	hdt_line_string(seq, "state", flags & HDT_TABLE_DEAD ? "destroyed" : "live");
	line_number(seq, "handlers", READ_ONCE(registry->nr_handlers));
	line_number(seq, "max", registry->max_handlers);
	hdt_line_string(seq, "autoload", str_on_off(registry->autoload));
	hdt_line_string(seq, "stats", str_on_off(flags & HDT_TABLE_STATS));
	line_number(seq, "refused", refused);
	seq_putc(seq, '\n');
}

void hdt_lines_refusals(struct seq_file *seq, struct hdt_registry *registry)
{
	unsigned long count;
	int reason;

	for (reason = 0; reason < HDT_NR_FAULTS; reason++) {
		count = atomic_long_read(&registry->faults[reason]);
		if (!count)
			continue;
		hdt_line_string(seq, "table", registry->name);
		line_number(seq, "count", count);
		seq_printf(seq, " err=%d", hdt_reason_err(reason));
		line_words(seq, "reason", hdt_reason_name(reason));
	}
}

/* Calls and time, or why there is none. */
static void line_totals(struct seq_file *seq, struct hdt_registry *registry,
			const struct hdt_desc *desc)
{
	struct hdt_totals totals;

	if (!hdt_stats_read(registry, desc, &totals)) {
		seq_puts(seq, " calls=- ns=-");
		return;
	}
	line_number(seq, "calls", totals.calls);
	line_number(seq, "ns", totals.ns);
}

/* What hdt keeps on behalf of a handler. */
static void line_kept(struct seq_file *seq, const struct hdt_extra *extra)
{
	line_number(seq, "captured", extra ? extra->captured_size : 0);
	line_symbol(seq, "release", extra ? extra->release : NULL);
	if (extra)
		seq_printf(seq, " age=%llds", ktime_get_boottime_seconds() - extra->since);
	else
		seq_puts(seq, " age=-");
}

static void line_names(struct seq_file *seq, const struct hdt_registry *registry,
		       const struct hdt_desc *desc)
{
	hdt_line_string(seq, "table", registry->name);
	hdt_line_bytes(seq, "key", desc->key, hdt_desc_len(desc));
	hdt_line_string(seq, "owner", hdt_module_name(desc->source->owner));
}

static const char *mode_name(u32 meta)
{
	if (meta & HDT_F_ONCE)
		return "once";
	return meta & HDT_F_EXCLUSIVE ? "exclusive" : "shared";
}

void hdt_line_handler(struct seq_file *seq, struct hdt_registry *registry,
		      const struct hdt_desc *desc, u32 meta)
{
	line_names(seq, registry, desc);
	hdt_line_string(seq, "mode", mode_name(meta));
	line_hex(seq, "handle", desc->handle);
	line_number(seq, "generation", desc->handle >> 32);
	line_number(seq, "revision", (meta & HDT_META_REV) >> HDT_META_REV_SHIFT);
	line_hex(seq, "version", hdt_desc_version(desc));
	line_symbol(seq, "entry", READ_ONCE(desc->entry));
	line_number(seq, "budget", hdt_meta_stack(meta) - HDT_STACK_RESERVE);
	line_kept(seq, hdt_desc_extra(desc));
	line_totals(seq, registry, desc);
	line_words(seq, "signature", desc->source->text);
}

void hdt_line_retained(struct seq_file *seq, struct hdt_registry *registry,
		       const struct hdt_desc *desc, u32 meta)
{
	const struct hdt_extra *extra = hdt_desc_extra(desc);

	if (!extra || (!extra->captured && !extra->release))
		return;
	line_names(seq, registry, desc);
	line_kept(seq, extra);
	line_totals(seq, registry, desc);
	seq_putc(seq, '\n');
}
