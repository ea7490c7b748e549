// SPDX-License-Identifier: GPL-2.0-only
/* A handler that dies two dispatches deep, in a thread of its own; and one that lives. */
#include <linux/kthread.h>

#include <hdt/hdt.h>

HDT_SIGNATURE(deadly, int, int, depth)

static struct hdt_table *tables[2];	/* atomic, sleepable */
static bool dead[2];

static int outer(void *ctx, int depth)
{
	struct hdt_table *table = tables[(unsigned long)ctx];
	int ret;

	return deadly_call(table, "inner", &ret, depth + 1) ?: ret;
}

static int inner(void *ctx, int depth)
{
	WRITE_ONCE(dead[(unsigned long)ctx], true);
	WRITE_ONCE(*(int *)NULL, depth);
	return depth;
}

static int sound(void *ctx, int depth)
{
	return depth;
}

static int die(void *table)
{
	return deadly_call(table, "outer", NULL, 0);
}

static int kill_set(const char *val, const struct kernel_param *kp)
{
	struct task_struct *task;
	unsigned int nr;
	int err = kstrtouint(val, 0, &nr);

	if (err || nr > 1)
		return err ?: -EINVAL;
	task = kthread_run(die, tables[nr], "ring_oops/%u", nr);
	return PTR_ERR_OR_ZERO(task);
}

static const struct kernel_param_ops kill_ops = { .set = kill_set };
module_param_cb(kill, &kill_ops, NULL, 0200);
MODULE_PARM_DESC(kill, "have a thread die in table 0 (atomic) or 1 (sleepable)");

static int state_get(char *buffer, const struct kernel_param *kp)
{
	int nr, ret, len = 0;

	for (nr = 0; nr < 2; nr++) {
		int err = deadly_call(tables[nr], "sound", &ret, 7);

		len += sysfs_emit_at(buffer, len, "table%d=%d\n", nr, err ?: ret);
		len += sysfs_emit_at(buffer, len, "dead%d=%d\n", nr, READ_ONCE(dead[nr]));
	}
	return len;
}

static const struct kernel_param_ops state_ops = { .get = state_get };
module_param_cb(state, &state_ops, NULL, 0400);
MODULE_PARM_DESC(state, "what the sound handler answers, and whether the other one died");

static int remove_set(const char *val, const struct kernel_param *kp)
{
	return hdt_unregister(tables[0], "inner") ?: hdt_unregister(tables[1], "inner");
}

static const struct kernel_param_ops remove_ops = { .set = remove_set };
module_param_cb(remove, &remove_ops, NULL, 0200);
MODULE_PARM_DESC(remove, "remove the deadly handlers, waiting for their calls");

static const struct hdt_handler handlers[2][3] = {
	{
		HDT_HANDLER(deadly, "outer", outer),
		HDT_HANDLER(deadly, "inner", inner),
		HDT_HANDLER(deadly, "sound", sound),
	}, {
		HDT_HANDLER_OPTS(deadly, "outer", outer, (void *)1),
		HDT_HANDLER_OPTS(deadly, "inner", inner, (void *)1),
		HDT_HANDLER(deadly, "sound", sound),
	},
};

static int __init ring_oops_init(void)
{
	int err;

	tables[0] = hdt_table_create("deadly", NULL);
	tables[1] = hdt_table_create("deadly-sleepable",
				     &(struct hdt_table_opts){ .sleepable = true });
	if (IS_ERR(tables[0]) || IS_ERR(tables[1]))
		return -ENOMEM;
	err = hdt_register_all(tables[0], handlers[0]);
	return err ?: hdt_register_all(tables[1], handlers[1]);
}
module_init(ring_oops_init);

static void __exit ring_oops_exit(void)
{
	hdt_table_destroy(tables[0]);
	hdt_table_destroy(tables[1]);
}
module_exit(ring_oops_exit);

MODULE_DESCRIPTION("hdt ring: a handler that oopses");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
