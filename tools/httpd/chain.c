// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/srcu.h>

#include "chain.h"
#include "compare.h"
#include "parse.h"

struct chain {
	const struct http_chain_link *links;
	unsigned int nr;
};

/* SRCU so that the benchmark may be unloaded; to the chain's favour, nothing more. */
DEFINE_STATIC_SRCU(chain_srcu);
static struct chain __rcu *current_chain;
static DEFINE_MUTEX(chain_mutex);	/* who changes it */

int http_chain_set(const struct http_chain_link *links, unsigned int nr)
{
	struct chain *chain = NULL, *old;

	if (links) {
		chain = kmalloc(sizeof(*chain), GFP_KERNEL);
		if (!chain)
			return -ENOMEM;
		*chain = (struct chain){ links, nr };
	}
	mutex_lock(&chain_mutex);
	old = rcu_replace_pointer(current_chain, chain, lockdep_is_held(&chain_mutex));
	mutex_unlock(&chain_mutex);
	synchronize_srcu(&chain_srcu);
	kfree(old);
	return 0;
}
EXPORT_SYMBOL_GPL(http_chain_set);

/* Does @path match @pattern, from their slashes on? Parameters are taken on the way. */
static bool matches(const char *pattern, struct http_slice path, struct http_request *req)
{
	const char *p = path.ptr, *end = p + path.len, *name;
	struct http_field *param;

	req->nr_params = 0;
	while (*pattern) {
		if (*pattern != ':' && *pattern != '*') {
			if (p == end || *pattern++ != *p++)
				return false;
			continue;
		}
		if (req->nr_params == HTTP_PARAMS_MAX)
			return false;
		name = pattern + 1;
		param = &req->param[req->nr_params++];
		param->value.ptr = p;
		p = *pattern == '*' ? end : (memchr(p, '/', end - p) ?: end);
		param->value.len = p - param->value.ptr;
		pattern = strchrnul(name, '/');
		param->name = (struct http_slice){ name, pattern - name };
		if (!param->value.len)
			return false;
	}
	return p == end;
}

int http_chain_call(struct http_request *req, struct http_response *resp, int *ret)
{
	const char *method = http_methods[req->method];
	size_t len = strlen(method);
	const struct chain *chain;
	unsigned int i;
	int idx, err = -ENOENT;

	idx = srcu_read_lock(&chain_srcu);
	chain = srcu_dereference(current_chain, &chain_srcu);
	for (i = 0; chain && i < chain->nr; i++) {
		const struct http_chain_link *link = &chain->links[i];

		if (strncmp(link->key, method, len) || link->key[len] != ':' ||
		    !matches(link->key + len + 1, req->path, req))
			continue;
		*ret = link->fn(link->ctx, req, resp);
		err = 0;
		break;
	}
	srcu_read_unlock(&chain_srcu, idx);
	return err;
}
