// SPDX-License-Identifier: GPL-2.0-only
#include <linux/string.h>

#include <hdt/hdt.h>

#include "key.h"
#include "report.h"

int hdt_key_refuse(const char *bytes, size_t len, struct hdt_fault *fault)
{
	if (!bytes || !len)
		return hdt_refuse(HDT_BAD_KEY, fault);
	fault->key = bytes;
	fault->len = min_t(size_t, len, HDT_KEY_MAX);
	if (len > HDT_KEY_MAX) {
		fault->expected = HDT_KEY_MAX;
		fault->found = len;
		return hdt_refuse(HDT_KEY_TOO_LONG, fault);
	}
	fault->what = "a NUL inside";
	return hdt_refuse(HDT_BAD_KEY, fault);
}

/**
 * hdt_key_init() - prepare a key for many calls
 * @key: what is filled in
 * @bytes: the key; not copied
 * @len: its length in bytes
 *
 * Hashing is most of what a lookup of a short key costs; a prepared key leaves
 * it out. The hash is the same for every table, until the next boot. A key that
 * could not be prepared makes every call fail with -EINVAL.
 *
 * Context: Any.
 * Return: 0, or
 *
 *  * -EINVAL - @key or @bytes is NULL, @len is 0, or there is a NUL in @bytes
 *  * -ENAMETOOLONG - @len is more than 255
 */
int hdt_key_init(struct hdt_key *key, const void *bytes, size_t len)
{
	struct hdt_fault fault = { .caller = _RET_IP_ };

	if (!key) {
		fault.what = "key";
		return hdt_refuse(HDT_BAD_ARGUMENT, &fault);
	}
	*key = (struct hdt_key){ };
	if (!bytes || !hdt_key_len_ok(len) || memchr(bytes, 0, len))
		return hdt_key_refuse(bytes, len, &fault);
	*key = (struct hdt_key){ .bytes = bytes, .len = len, .hash = hdt_hash(bytes, len) };
	return 0;
}
EXPORT_SYMBOL_HDT(hdt_key_init);
