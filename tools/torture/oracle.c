// SPDX-License-Identifier: GPL-2.0-only
/* What must not be: counted by kind, the first of each kind told. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ktime.h>
#include <linux/printk.h>

#include "torture.h"

static const char * const names[ERR_NR] = {
	[ERR_TORN]	= "torn",
	[ERR_LOST]	= "lost",
	[ERR_OLD]	= "old",
	[ERR_FUTURE]	= "future",
	[ERR_BATCH]	= "batch",
	[ERR_AFTER]	= "after",
	[ERR_INSIDE]	= "inside",
	[ERR_TWICE]	= "twice",
	[ERR_UNRELEASED] = "unreleased",
	[ERR_WRONG]	= "wrong",
	[ERR_REVIVED]	= "revived",
	[ERR_DAMAGED]	= "damaged",
	[ERR_EXCLUSIVE]	= "exclusive",
	[ERR_ONCE]	= "once",
	[ERR_ERRNO]	= "errno",
	[ERR_ANSWER]	= "answer",
	[ERR_LEAK]	= "leak",
	[ERR_STALL]	= "stall",
};

#define TOLD 3	/* of each kind */

static atomic_t errors[ERR_NR];
static atomic_t any;
static char first[160];
static ktime_t began;

unsigned long torture_errors(void)
{
	return atomic_read(&any);
}

void torture_error(enum torture_error error, const char *fmt, ...)
{
	struct va_format vaf;
	va_list args;
	bool is_first = atomic_inc_return(&any) == 1;

	if (atomic_inc_return(&errors[error]) > TOLD && !is_first)
		return;
	va_start(args, fmt);
	vaf.fmt = fmt;
	vaf.va = &args;
	/* The words that tools/torture/run looks for. */
	pr_err("ERROR %s: %pV\n", names[error], &vaf);
	if (is_first)
		scnprintf(first, sizeof(first), "first=%s after_ms=%lld after_ops=%lu: %pV",
			  names[error], ktime_ms_delta(ktime_get(), began),
			  torture_crew_total(), &vaf);
	va_end(args);
}

void torture_errno(const char *what, const char *key, int err)
{
	torture_error(ERR_ERRNO, "%s of \"%s\": %d", what, key, err);
}

/* "errors=N" and, if there are any, the number of each kind. */
int torture_errors_print(char *buffer, int size)
{
	int i, len;

	len = scnprintf(buffer, size, "errors=%d", atomic_read(&any));
	for (i = 0; i < ERR_NR; i++)
		if (atomic_read(&errors[i]))
			len += scnprintf(buffer + len, size - len, " %s=%d", names[i],
					 atomic_read(&errors[i]));
	return len;
}

void torture_first_print(void)
{
	if (first[0])
		pr_info("%s\n", first);
}

void torture_oracle_begin(void)
{
	began = ktime_get();
}
