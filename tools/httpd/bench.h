/* SPDX-License-Identifier: GPL-2.0-only */
/* The comparison: as many routes as one likes, for each of three ways to them. */
#ifndef HTTPD_BENCH_H
#define HTTPD_BENCH_H

#include <linux/types.h>

/* GET:/api/res0000/:id and so on, in both tables and in the chain. */
int http_bench_setup(unsigned int nr);
void http_bench_teardown(void);

/*
 * What a request costs, as http_replay() repeats it: the least of many chunks, in
 * units of @now; a line for each way. The length of @buf that was used, or -errno.
 */
int http_bench_run(char *buf, size_t size, unsigned int chunks, u64 (*now)(void));

#endif /* HTTPD_BENCH_H */
