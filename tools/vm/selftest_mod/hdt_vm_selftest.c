// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trouble on demand, for tools/vm/selftest: what the harness must notice.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bug.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static char *mode = "clean";
module_param(mode, charp, 0);
MODULE_PARM_DESC(mode, "clean, warn, oops or leak");

static int __init hdt_vm_selftest_init(void)
{
	pr_info("loaded, mode %s\n", mode);
	WARN(!strcmp(mode, "warn"), "provoked\n");
	if (!strcmp(mode, "oops"))
		WRITE_ONCE(*(int *)8, 0);
	if (!strcmp(mode, "leak"))
		pr_info("lost %d\n", !!kmalloc(100, GFP_KERNEL));
	return 0;
}

static void __exit hdt_vm_selftest_exit(void)
{
}

module_init(hdt_vm_selftest_init);
module_exit(hdt_vm_selftest_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Trouble on demand for tools/vm/selftest");
