// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/module.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/string.h>

#include "reaper.h"
#include "report.h"
#include "source.h"
#include "table.h"
#include "trace.h"

/* How much a reason matters to whoever reads the log, and to the policy. */
enum level {
	USUAL,		/* part of ordinary life: a miss, a race lost */
	MISTAKE,	/* somebody's code is wrong */
	DAMAGE,		/* types or memory are not what they should be */
};

static const struct {
	int err;
	enum level level;
	const char *name;
} reasons[HDT_NR_FAULTS] = {
	[HDT_BAD_ARGUMENT]	= { EINVAL,		MISTAKE, "bad argument" },
	[HDT_BAD_KEY]		= { EINVAL,		MISTAKE, "not a key" },
	[HDT_BAD_ENTRY]		= { EINVAL,		MISTAKE, "entry outside its owner's text" },
	[HDT_BAD_CTX]		= { EINVAL,		MISTAKE, "ctx will not last" },
	[HDT_KEY_TOO_LONG]	= { ENAMETOOLONG,	MISTAKE, "key too long" },
	[HDT_KEY_TAKEN]		= { EEXIST,		MISTAKE, "key taken" },
	[HDT_NO_KEY]		= { ENOENT,		USUAL,	 "no such key" },
	[HDT_NO_TABLE]		= { ENOENT,		USUAL,	 "no such table" },
	[HDT_BAD_SIGNATURE]	= { EPROTOTYPE,		DAMAGE,	 "signature differs" },
	[HDT_STALE_HANDLE]	= { ESTALE,		MISTAKE, "stale handle" },
	[HDT_STALE_VERSION]	= { ESTALE,		USUAL,	 "version is not current" },
	[HDT_BROKEN_SEAL]	= { EKEYREJECTED,	DAMAGE,	 "descriptor overwritten" },
	[HDT_ONCE_TAKEN]	= { EALREADY,		USUAL,	 "once handler already taken" },
	[HDT_NOT_OWNER]		= { EPERM,		MISTAKE, "not the owner" },
	[HDT_NOT_PRIVILEGED]	= { EPERM,		MISTAKE, "not privileged" },
	[HDT_OWNER_GOING]	= { ENODEV,		USUAL,	 "owner is being unloaded" },
	[HDT_BAD_CONTEXT]	= { EOPNOTSUPP,		MISTAKE, "not in this context" },
	[HDT_TABLE_FULL]	= { ENOSPC,		MISTAKE, "table full" },
	[HDT_NO_STACK]		= { EOVERFLOW,		MISTAKE, "not enough stack left" },
	[HDT_DEADLOCK]		= { EDEADLK,		MISTAKE, "would wait for itself" },
	[HDT_HANDLER_BUSY]	= { EBUSY,		USUAL,	 "exclusive handler busy" },
};

/*
 * What damage does. It is always refused and reported; "quarantine" takes an
 * overwritten descriptor out of its table, "panic" stops the machine. The one
 * place that asks is apply_policy().
 */
static const char * const policies[] = { "report", "quarantine", "panic" };
static unsigned int policy;

enum { POLICY_REPORT, POLICY_QUARANTINE, POLICY_PANIC };

static int policy_set(const char *val, const struct kernel_param *kp)
{
	int i = __sysfs_match_string(policies, ARRAY_SIZE(policies), val);

	if (i < 0)
		return i;
	WRITE_ONCE(policy, i);
	return 0;
}

static int policy_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n", policies[READ_ONCE(policy)]);
}

static const struct kernel_param_ops policy_ops = { .set = policy_set, .get = policy_get };

module_param_cb(fault_policy, &policy_ops, NULL, 0600);
MODULE_PARM_DESC(fault_policy,
		 "what a wrong signature or a broken seal does: report (default), quarantine or panic");

/* A reason that floods does not hide the others. */
static struct ratelimit_state limits[HDT_NR_FAULTS] = {
	[0 ... HDT_NR_FAULTS - 1] =
		RATELIMIT_STATE_INIT(limits, DEFAULT_RATELIMIT_INTERVAL, DEFAULT_RATELIMIT_BURST),
};

/* For tests that count reports. */
void hdt_report_limit(bool limit)
{
	int i;

	for (i = 0; i < HDT_NR_FAULTS; i++)
		limits[i].interval = limit ? DEFAULT_RATELIMIT_INTERVAL : 0;
}

const char *hdt_reason_name(enum hdt_reason reason)
{
	return reasons[reason].name;
}

int hdt_reason_err(enum hdt_reason reason)
{
	return -reasons[reason].err;
}

const char *hdt_fault_table(const struct hdt_fault *fault)
{
	return fault->registry ? fault->registry->name : "";
}

const char *hdt_fault_owner(const struct hdt_fault *fault)
{
	return fault->source ? hdt_module_name(fault->source->owner) : "";
}

#define DETAIL(fmt, ...) printk("%s" KBUILD_MODNAME ":   " fmt "\n", level, ##__VA_ARGS__)

static void print_signatures(const char *level, const struct hdt_fault *fault)
{
	const struct hdt_signature *sig = fault->sig;

	if (fault->source)
		DETAIL("expected: %s #%016llx", fault->source->text, fault->source->sig);
	if (sig)
		DETAIL("found:    %s %s(%s) #%016llx", sig->type[0].name, sig->name,
		       sig->nr > 1 ? sig->params + 2 : "void", fault->found);
}

static void print_details(const char *level, enum hdt_reason reason,
			  const struct hdt_fault *fault)
{
	switch (reason) {
	case HDT_BAD_SIGNATURE:
		print_signatures(level, fault);
		break;
	case HDT_STALE_HANDLE:
		if (!fault->what)
			DETAIL("expected: generation %#llx in slot %u", fault->expected >> 32,
			       (u32)fault->found);
		DETAIL("found:    handle %#llx of generation %#llx: its handler is gone, or never was",
		       fault->found, fault->found >> 32);
		break;
	case HDT_BROKEN_SEAL:
		DETAIL("expected: tag and fields that fit each other");
		DETAIL("found:    tag and fields that do not: memory was overwritten");
		break;
	case HDT_NO_STACK:
		DETAIL("expected: %llu bytes of stack, reserve included", fault->expected);
		DETAIL("found:    %llu bytes left", fault->found);
		break;
	case HDT_NOT_OWNER:
		if (fault->source)
			DETAIL("expected: module %s or the table's creator",
			       hdt_fault_owner(fault));
		else
			DETAIL("expected: the table's creator");
		DETAIL("found:    module %s", hdt_module_name(fault->module));
		break;
	case HDT_KEY_TAKEN:
		DETAIL("expected: a key that is free");
		if (fault->source)
			DETAIL("found:    a handler %s of %s", fault->source->text,
			       hdt_module_name(fault->source->owner));
		break;
	case HDT_TABLE_FULL:
		DETAIL("expected: at most %llu handlers", fault->expected);
		DETAIL("found:    %llu", fault->found);
		break;
	case HDT_KEY_TOO_LONG:
		DETAIL("expected: at most %llu bytes", fault->expected);
		DETAIL("found:    %llu", fault->found);
		break;
	case HDT_NO_KEY:
		DETAIL("expected: a registered key");
		DETAIL("found:    none of the table's %llu handlers", fault->found);
		break;
	case HDT_OWNER_GOING:
		DETAIL("expected: a live module");
		DETAIL("found:    module %s on its way out",
		       fault->source ? hdt_fault_owner(fault) : hdt_module_name(fault->module));
		break;
	default:
		break;
	}
}

static void print(enum hdt_reason reason, const struct hdt_fault *fault)
{
	const char *level = reasons[reason].level == USUAL ? KERN_INFO : KERN_WARNING;

	printk("%s" KBUILD_MODNAME ": refused: %s%s%s (%pe): table \"%s\"%s%*pE%s\n",
	       level, reasons[reason].name, fault->what ? ": " : "", fault->what ?: "",
	       ERR_PTR(-reasons[reason].err), hdt_fault_table(fault),
	       fault->len ? " key \"" : "", (int)min_t(size_t, fault->len, HDT_KEY_MAX),
	       fault->key ?: "", fault->len ? "\"" : "");
	DETAIL("owner %s, asked by %pS", fault->source ? hdt_fault_owner(fault) : "(none)",
	       (void *)fault->caller);
	print_details(level, reason, fault);
}

static void apply_policy(enum hdt_reason reason, const struct hdt_fault *fault)
{
	switch (READ_ONCE(policy)) {
	case POLICY_PANIC:
		panic(KBUILD_MODNAME ": %s in table %s, and fault_policy=panic\n",
		      reasons[reason].name, hdt_fault_table(fault));
	case POLICY_QUARANTINE:
		if (reason == HDT_BROKEN_SEAL && fault->registry)
			hdt_suspect(fault->registry);
	}
}

int hdt_refuse(enum hdt_reason reason, const struct hdt_fault *fault)
{
	if (fault->registry)
		atomic_long_inc(&fault->registry->faults[reason]);
	trace_hdt_fault(reason, -reasons[reason].err, fault);
	if (__ratelimit(&limits[reason]))
		print(reason, fault);
	if (reasons[reason].level == DAMAGE)
		apply_policy(reason, fault);
	return -reasons[reason].err;
}
