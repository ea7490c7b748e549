/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one place that knows kernel versions: 6.1 to 6.12 and on. The code is
 * written for the newest; each block makes an older kernel look like it.
 */
#ifndef HDT_COMPAT_H
#define HDT_COMPAT_H

#include <linux/export.h>
#include <linux/module.h>
#include <linux/version.h>

/* 6.12: the header moved (5f60d5f6bbc1). */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

/* 6.13: a namespace is a string (cdd30ebb1b9f). */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define EXPORT_SYMBOL_HDT(symbol) EXPORT_SYMBOL_NS_GPL(symbol, "HDT")
#else
#define EXPORT_SYMBOL_HDT(symbol) EXPORT_SYMBOL_NS_GPL(symbol, HDT)
#endif

/* 6.10: the source is remembered by __string() (2c92ca849fcc). */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
#define hdt_assign_str(field, src) __assign_str(field)
#else
#define hdt_assign_str(field, src) __assign_str(field, src)
#endif

/* 6.4: a module's memory is an array by type, no longer two layouts. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
static inline bool hdt_within_module_text(unsigned long addr, const struct module *mod)
{
	return within_module_mem_type(addr, mod, MOD_TEXT);
}
#else
static inline bool hdt_within_module_text(unsigned long addr, const struct module *mod)
{
	return addr - (unsigned long)mod->core_layout.base < mod->core_layout.text_size;
}
#endif

/* 6.2 to 6.14: x86 shows modules where the CPU's interrupt stack is. */
#if defined(CONFIG_X86_64) && !defined(CONFIG_UML) && \
	LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0) && \
	LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#include <asm/current.h>
#include <asm/page_types.h>
#include <linux/percpu.h>
static inline unsigned long hdt_irq_stack_base(void)
{
	/* it points to the topmost word */
	unsigned long top = (unsigned long)this_cpu_read(pcpu_hot.hardirq_stack_ptr);

	return top ? top + sizeof(long) - IRQ_STACK_SIZE : 0;
}
#else
#ifndef IRQ_STACK_SIZE
#define IRQ_STACK_SIZE THREAD_SIZE
#endif
static inline unsigned long hdt_irq_stack_base(void)
{
	return 0;
}
#endif

/* User-mode Linux has the one word for both. */
#ifdef CONFIG_UML
#define kernel_stack_pointer(regs) user_stack_pointer(regs)
#endif

#endif /* HDT_COMPAT_H */
