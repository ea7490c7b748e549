/* SPDX-License-Identifier: GPL-2.0-only */
/* Counters, one set for each CPU; the parameter "stats" shows their sums. */
#ifndef HTTPD_STATS_H
#define HTTPD_STATS_H

#include <linux/percpu.h>

enum httpd_stat {
	HTTPD_ACCEPTED,
	HTTPD_OVER_LIMIT,	/* of these: told 503 at once */
	HTTPD_CLOSED,
	HTTPD_REQUESTS,
	HTTPD_1XX,
	HTTPD_2XX,
	HTTPD_3XX,
	HTTPD_4XX,
	HTTPD_5XX,
	HTTPD_EXPIRED,		/* waited for too long */
	HTTPD_NR_STATS,
};

struct httpd_stats {
	unsigned long count[HTTPD_NR_STATS];
};

DECLARE_PER_CPU(struct httpd_stats, httpd_stats);

static inline void httpd_count(enum httpd_stat stat)
{
	this_cpu_inc(httpd_stats.count[stat]);
}

static inline void httpd_count_status(int status)
{
	httpd_count(HTTPD_1XX + status / 100 - 1);
}

#endif /* HTTPD_STATS_H */
