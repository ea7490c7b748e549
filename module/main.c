// SPDX-License-Identifier: GPL-2.0-only
/* hdt: what is started, in which order, and stopped in the reverse one. */
#include <linux/module.h>
#include <linux/random.h>

#include "oops.h"
#include "owner.h"
#include "table.h"
#include "view.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static int __init hdt_init(void)
{
	int err;

	get_random_bytes(&hdt_secret, sizeof(hdt_secret));
	err = hdt_tables_init();
	if (err)
		return err;
	err = hdt_owner_init();
	if (err)
		goto err_tables_exit;
	err = hdt_oops_init();
	if (err)
		goto err_owner_exit;
	hdt_view_init();
	return 0;

err_owner_exit:
	hdt_owner_exit();
err_tables_exit:
	hdt_tables_exit();
	return err;
}

static void __exit hdt_exit(void)
{
	hdt_view_exit();
	hdt_oops_exit();
	hdt_owner_exit();
	hdt_tables_exit();
}

/* Before the initcalls of whoever uses it, where it is linked into a kernel. */
subsys_initcall(hdt_init);
module_exit(hdt_exit);

MODULE_DESCRIPTION("Handler dispatch table: typed functions under string keys, called across modules");
MODULE_AUTHOR("The hdt developers");
MODULE_VERSION("0.1.0");
MODULE_LICENSE("GPL");
