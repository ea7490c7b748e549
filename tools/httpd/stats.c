// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/sysfs.h>

#include "stats.h"

DEFINE_PER_CPU(struct httpd_stats, httpd_stats);

static const char * const names[HTTPD_NR_STATS] = {
	[HTTPD_ACCEPTED] = "accepted",
	[HTTPD_OVER_LIMIT] = "over_limit",
	[HTTPD_CLOSED] = "closed",
	[HTTPD_REQUESTS] = "requests",
	[HTTPD_1XX] = "1xx",
	[HTTPD_2XX] = "2xx",
	[HTTPD_3XX] = "3xx",
	[HTTPD_4XX] = "4xx",
	[HTTPD_5XX] = "5xx",
	[HTTPD_EXPIRED] = "expired",
};

static int stats_get(char *buffer, const struct kernel_param *kp)
{
	unsigned long sum;
	int i, cpu, len = 0;

	for (i = 0; i < HTTPD_NR_STATS; i++) {
		sum = 0;
		for_each_possible_cpu(cpu)
			sum += per_cpu(httpd_stats, cpu).count[i];
		len += sysfs_emit_at(buffer, len, "%s=%lu\n", names[i], sum);
	}
	return len;
}

static const struct kernel_param_ops stats_ops = { .get = stats_get };

module_param_cb(stats, &stats_ops, NULL, 0444);
MODULE_PARM_DESC(stats, "what has happened so far");
