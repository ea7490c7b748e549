// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kdebug.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "desc.h"
#include "frame.h"
#include "oops.h"
#include "source.h"
#include "table.h"

/*
 * Memory may be in any state: nothing is believed, everything is copied with
 * faults caught. One oops at a time; the buffers are too large for a stack that
 * may have little left.
 */
static struct {
	struct hdt_frame frame;
	struct hdt_desc desc;
	struct hdt_source source;
	char table[HDT_TABLE_NAME_MAX + 1];
	char key[HDT_KEY_MAX + 1];
	char owner[MODULE_NAME_LEN];
} oops;

static atomic_t busy;

#define COPY(to, from) (!copy_from_kernel_nofault(&(to), from, sizeof(to)))

static void print_frame(const struct hdt_frame *at, unsigned int depth)
{
	const struct hdt_registry *registry;
	size_t len;

	memset(&oops, 0, sizeof(oops));
	if (!COPY(oops.frame, at))
		return;
	registry = to_registry(oops.frame.table);
	if (COPY(oops.table, registry->name))
		oops.table[sizeof(oops.table) - 1] = '\0';
	if (COPY(oops.desc, oops.frame.desc)) {
		len = oops.desc.meta & HDT_META_LEN;
		copy_from_kernel_nofault(oops.key, oops.frame.desc->key, len);
	}
	if (COPY(oops.source, oops.desc.source) && oops.source.owner &&
	    COPY(oops.owner, oops.source.owner->name))
		oops.owner[sizeof(oops.owner) - 1] = '\0';
	pr_err("in dispatch, depth %u: table \"%s\" key \"%s\" owner %s entry %pS\n", depth,
	       oops.table, oops.key, oops.owner[0] ? oops.owner : "built-in",
	       (void *)oops.desc.entry);
}

static unsigned int print_stack(unsigned long at, unsigned long end, unsigned int depth)
{
	const struct hdt_frame *frame;

	while ((frame = hdt_frame_next(&at, end)))
		print_frame(frame, depth++);
	return depth;
}

static int notify(struct notifier_block *nb, unsigned long action, void *data)
{
	unsigned long base = (unsigned long)task_stack_page(current);
	unsigned long irq = hdt_irq_stack_base();
	struct die_args *args = data;
	unsigned int depth = 0;
	unsigned long sp;

	if (action != DIE_OOPS || !args->regs || user_mode(args->regs))
		return NOTIFY_DONE;
	if (atomic_cmpxchg(&busy, 0, 1))
		return NOTIFY_DONE;
	sp = kernel_stack_pointer(args->regs);
	if (sp - base < THREAD_SIZE) {
		print_stack(sp, base + THREAD_SIZE, depth);
	} else {
		/* Innermost first: the interrupt's dispatches, then the task's. */
		if (irq && sp - irq < IRQ_STACK_SIZE)
			depth = print_stack(sp, irq + IRQ_STACK_SIZE, depth);
		print_stack(base, base + THREAD_SIZE, depth);
	}
	atomic_set(&busy, 0);
	return NOTIFY_DONE;
}

static struct notifier_block notifier = { .notifier_call = notify };

int hdt_oops_init(void)
{
	return register_die_notifier(&notifier);
}

void hdt_oops_exit(void)
{
	unregister_die_notifier(&notifier);
}
