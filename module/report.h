/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Refusals. Whoever refuses says why, once, here: it is counted per table, goes
 * to the hdt_fault event, is printed (rate-limited per reason), and is subject
 * to the fault policy.
 */
#ifndef HDT_REPORT_H
#define HDT_REPORT_H

#include <linux/types.h>

struct hdt_registry;
struct hdt_signature;
struct hdt_source;
struct module;

enum hdt_reason {
	HDT_BAD_ARGUMENT,
	HDT_BAD_KEY,
	HDT_BAD_ENTRY,
	HDT_BAD_CTX,
	HDT_KEY_TOO_LONG,
	HDT_KEY_TAKEN,
	HDT_NO_KEY,
	HDT_NO_TABLE,
	HDT_BAD_SIGNATURE,
	HDT_STALE_HANDLE,
	HDT_STALE_VERSION,
	HDT_BROKEN_SEAL,
	HDT_ONCE_TAKEN,
	HDT_NOT_OWNER,
	HDT_NOT_PRIVILEGED,
	HDT_OWNER_GOING,
	HDT_BAD_CONTEXT,
	HDT_TABLE_FULL,
	HDT_NO_STACK,
	HDT_DEADLOCK,
	HDT_HANDLER_BUSY,
	HDT_NR_FAULTS,
};

/**
 * struct hdt_fault - one refusal; what does not apply is left zero
 * @registry: table
 * @key: key, not NUL-terminated
 * @len: bytes in @key
 * @source: owner and signature of the handler concerned
 * @sig: the caller's signature
 * @module: the module that asked
 * @caller: return address into the code that asked
 * @expected: what a good value would have been; the reason says what of
 * @found: what it was
 * @what: more words, for reasons that cover several mistakes
 */
struct hdt_fault {
	struct hdt_registry *registry;
	const char *key;
	size_t len;
	const struct hdt_source *source;
	const struct hdt_signature *sig;
	const struct module *module;
	unsigned long caller;
	u64 expected;
	u64 found;
	const char *what;
};

/* Context: any. Return: the reason's errno, negative. */
int hdt_refuse(enum hdt_reason reason, const struct hdt_fault *fault);

const char *hdt_reason_name(enum hdt_reason reason);
int hdt_reason_err(enum hdt_reason reason);
const char *hdt_fault_table(const struct hdt_fault *fault);
const char *hdt_fault_owner(const struct hdt_fault *fault);
void hdt_report_limit(bool limit);

#endif /* HDT_REPORT_H */
