// SPDX-License-Identifier: GPL-2.0-only
/*
 * Twenty handlers, all of them one function, of which one is slow - now and
 * then. Which one is drawn when the module is loaded. Files in
 * /sys/module/hdt_demo_city/parameters:
 *
 *	traffic		write 1: a parcel for one of the streets every millisecond; 0: no more
 *	answer		read: the slow one. Find out first; Documentation/tracing.rst helps.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/random.h>

#include <hdt/hdt.h>

HDT_SIGNATURE(city, int, u32, parcel)

static struct street {
	unsigned int parcels;
} streets[20];

static unsigned int slow;

/* Every fourth parcel for the slow street waits at a level crossing. */
static int deliver(void *ctx, u32 parcel)
{
	struct street *street = ctx;

	if (street == &streets[slow] && ++street->parcels % 4 == 0)
		msleep(20);
	return parcel & 1;
}

#define STREET(nr, key) HDT_HANDLER_OPTS(city, key, deliver, &streets[nr])

static const struct hdt_handler handlers[] = {
	STREET(0, "abbey-road"), STREET(1, "bakers-row"), STREET(2, "castle-hill"),
	STREET(3, "dock-street"), STREET(4, "elm-avenue"), STREET(5, "ferry-lane"),
	STREET(6, "gas-works"), STREET(7, "harbour-side"), STREET(8, "iron-gate"),
	STREET(9, "jubilee-park"), STREET(10, "kings-cross"), STREET(11, "long-acre"),
	STREET(12, "mill-lane"), STREET(13, "north-end"), STREET(14, "old-market"),
	STREET(15, "paper-mews"), STREET(16, "quarry-road"), STREET(17, "river-walk"),
	STREET(18, "station-square"), STREET(19, "tannery-yard"),
};

static_assert(ARRAY_SIZE(handlers) == ARRAY_SIZE(streets));

static struct hdt_table *table;
static struct task_struct *postman;

static int deliver_all(void *unused)
{
	u32 parcel = 0;

	for (; !kthread_should_stop(); usleep_range(800, 1200)) {
		parcel = next_pseudo_random32(parcel);
		city_call(table, handlers[(parcel >> 8) % ARRAY_SIZE(handlers)].key, NULL, parcel);
	}
	return 0;
}

static int traffic_set(const char *val, const struct kernel_param *kp)
{
	bool on;
	int err = kstrtobool(val, &on);

	if (err || on == !!postman)
		return err;
	if (!on) {
		kthread_stop(postman);
		postman = NULL;
		return 0;
	}
	postman = kthread_run(deliver_all, NULL, "postman");
	if (IS_ERR(postman)) {
		err = PTR_ERR(postman);
		postman = NULL;
	}
	return err;
}
module_param_call(traffic, traffic_set, NULL, NULL, 0200);
MODULE_PARM_DESC(traffic, "write 1 or 0: parcels for all streets, or none");

static int answer_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n", handlers[slow].key);
}
module_param_call(answer, NULL, answer_get, NULL, 0400);
MODULE_PARM_DESC(answer, "read: the slow street");

static int __init city_init(void)
{
	int err;

	slow = get_random_u32() % ARRAY_SIZE(streets);
	table = hdt_table_create("city", &(struct hdt_table_opts){ .sleepable = true });
	if (IS_ERR(table))
		return PTR_ERR(table);
	err = hdt_register_all(table, handlers);
	if (err)
		hdt_table_destroy(table);
	return err;
}
module_init(city_init);

static void __exit city_exit(void)
{
	if (postman)
		kthread_stop(postman);
	hdt_table_destroy(table);
}
module_exit(city_exit);

MODULE_DESCRIPTION("hdt demo: twenty handlers, one of which is slow");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
