// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/slab.h>

#include "compare.h"
#include "dispatch.h"

struct http_replay {
	struct httpd_worker worker;
	struct http_exchange x;
	char buf[1024];
};

static const struct http_limits limits = {
	.target_max = 1024, .head_max = 1024, .body_max = 1024,
};

struct http_replay *http_replay_alloc(void)
{
	struct http_replay *replay = kzalloc(sizeof(*replay), GFP_KERNEL);

	if (replay)
		http_exchange_init(&replay->x, &limits);
	return replay;
}
EXPORT_SYMBOL_GPL(http_replay_alloc);

void http_replay_free(struct http_replay *replay)
{
	if (!replay)
		return;
	httpd_worker_release(&replay->worker);
	http_exchange_free(&replay->x);
	kfree(replay);
}
EXPORT_SYMBOL_GPL(http_replay_free);

int http_replay(struct http_replay *replay, const char *bytes, size_t len,
		enum http_replay_depth depth)
{
	static const char date[] = "Sun, 06 Nov 1994 08:49:37 GMT";
	struct http_exchange *x = &replay->x;
	unsigned int allow;
	int ret;

	if (len > sizeof(replay->buf))
		return -EMSGSIZE;
	memcpy(replay->buf, bytes, len);
	if (depth == HTTP_REPLAY_COPY)
		return 0;
	http_exchange_reset(x);
	ret = http_exchange_feed(x, replay->buf, len);
	if (ret != HTTP_DONE)
		return -EBADMSG;
	switch (depth) {
	case HTTP_REPLAY_PARSE:
		return 0;
	case HTTP_REPLAY_ROUTE:
		return min(httpd_route(x, &replay->worker), 0);
	case HTTP_REPLAY_CALL:
		return http_dispatch(x, &replay->worker, &allow);
	default:
		http_exchange_answer(x, &replay->worker, date);
		return x->status;
	}
}
EXPORT_SYMBOL_GPL(http_replay);
