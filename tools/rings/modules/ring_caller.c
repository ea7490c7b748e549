// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls without end from every CPU: by key, by prepared key, by handle and, for
 * two keys, at fixed call sites. Each outcome is counted, and what is not
 * allowed, or answered wrongly, is bad.
 */
#include "ring.h"

#define KEYS_MAX 8

static char *table_name = "ring";
module_param_named(table, table_name, charp, 0400);

static char keys[64] = "alpha,beta,slow";
module_param_string(keys, keys, sizeof(keys), 0400);

static int allow[8];
static int nr_allow;
module_param_array(allow, int, &nr_allow, 0600);
MODULE_PARM_DESC(allow, "errnos, positive, that are no failure");

static unsigned int threads = 1;
module_param(threads, uint, 0400);
MODULE_PARM_DESC(threads, "on each CPU");

static struct hdt_table *table;
static struct hdt_key key[KEYS_MAX];
static char *name[KEYS_MAX];
static unsigned int nr_keys;
static ring_handle handle[CREW_MAX][KEYS_MAX];

HDT_CALL_SITE(ring, alpha, "alpha");
HDT_CALL_SITE(ring, beta, "beta");

static bool allowed(int err)
{
	int i;

	for (i = 0; i < nr_allow; i++)
		if (allow[i] == -err)
			return true;
	return !err;
}

static int by_handle(ring_handle *handle, unsigned int k, int *answer, u32 arg)
{
	int err;

	if (hdt_handle_err(*handle))
		*handle = ring_get_key(table, &key[k]);
	err = ring_call_handle(table, *handle, answer, arg);
	if (err == -ESTALE)
		*handle = ring_get_key(table, &key[k]);
	return err;
}

static int at_site(unsigned int k, int *answer, u32 arg)
{
	if (!strcmp(name[k], "alpha"))
		return hdt_call_site(ring, alpha, table, answer, arg);
	if (!strcmp(name[k], "beta"))
		return hdt_call_site(ring, beta, table, answer, arg);
	return ring_call(table, name[k], answer, arg);
}

static int work(void *data)
{
	struct crew_member *me = data;
	unsigned int n = 0;

	while (!kthread_should_stop()) {
		u32 arg = crew_random(me);
		unsigned int k = n++ / 4 % nr_keys;
		int answer = 0, err;

		if (n % 4 == 0)
			err = ring_call(table, name[k], &answer, arg);
		else if (n % 4 == 1)
			err = ring_call_key(table, &key[k], &answer, arg);
		else if (n % 4 == 2)
			err = at_site(k, &answer, arg);
		else
			err = by_handle(&handle[me->nr][k], k, &answer, arg);
		crew_count(me, err);
		if (!allowed(err) || (!err && answer != RING_ANSWER(arg)))
			crew_bad(me, err);
		if (n % 32 == 0)
			cond_resched();
	}
	return 0;
}

static int run_set(const char *val, const struct kernel_param *kp)
{
	unsigned int i;
	bool run;
	int err = kstrtobool(val, &run);

	if (err)
		return err;
	crew_stop();
	if (!run)
		return 0;
	for (i = 0; i < CREW_MAX * nr_keys; i++)
		handle[i / nr_keys][i % nr_keys] = ring_get_key(table, &key[i % nr_keys]);
	return crew_start(threads, work);
}

static int stats_get(char *buffer, const struct kernel_param *kp)
{
	unsigned long refused = 0;
	long first, bad = crew_nr_bad(&first);
	int i, len;

	for (i = 1; i < CREW_ERRNOS; i++)
		refused += crew_refused(-i);
	len = sysfs_emit(buffer, "ok=%lu\nleast=%lu\nrefused=%lu\nbad=%ld\nfirst_bad=%ld\n",
			 crew_ok(), crew_least_ok(), refused, bad, first);
	for (i = 1; i < CREW_ERRNOS; i++)
		if (crew_refused(-i))
			len += sysfs_emit_at(buffer, len, "errno%d=%lu\n", i, crew_refused(-i));
	return len;
}

/* One call, of the key that is written; the outcome is read back. */
static int probed;

static int probe_set(const char *val, const struct kernel_param *kp)
{
	probed = ring_call_n(table, val, strcspn(val, "\n"), NULL, 0);
	return 0;
}

static int probe_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%d\n", probed);
}

static const struct kernel_param_ops run_ops = { .set = run_set };
static const struct kernel_param_ops stats_ops = { .get = stats_get };
static const struct kernel_param_ops probe_ops = { .set = probe_set, .get = probe_get };

module_param_cb(run, &run_ops, NULL, 0200);
module_param_cb(stats, &stats_ops, NULL, 0400);
module_param_cb(probe, &probe_ops, NULL, 0600);

static int __init ring_caller_init(void)
{
	static char buffer[sizeof(keys)];
	char *rest = buffer;

	strscpy(buffer, keys, sizeof(buffer));
	while (rest && nr_keys < KEYS_MAX) {
		name[nr_keys] = strsep(&rest, ",");
		if (hdt_key_init(&key[nr_keys], name[nr_keys], strlen(name[nr_keys])))
			return -EINVAL;
		nr_keys++;
	}
	table = hdt_table_get(table_name);
	return PTR_ERR_OR_ZERO(table);
}
module_init(ring_caller_init);

static void __exit ring_caller_exit(void)
{
	crew_stop();
	hdt_table_put(table);
}
module_exit(ring_caller_exit);

MODULE_DESCRIPTION("hdt ring: caller");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
