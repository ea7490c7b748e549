// SPDX-License-Identifier: GPL-2.0-only
#include "exchange.h"
#include "router.h"

#define RESPONSE_MAX	(4U << 20)

void http_exchange_init(struct http_exchange *x, const struct http_limits *limits)
{
	memset(&x->resp, 0, sizeof(x->resp));
	x->parser.limits = limits;
	http_exchange_reset(x);
}

void http_exchange_free(struct http_exchange *x)
{
	http_response_free(&x->resp);
}

void http_exchange_reset(struct http_exchange *x)
{
	http_parser_init(&x->parser, &x->req, x->parser.limits);
	http_response_init(&x->resp, RESPONSE_MAX);
	x->phase = HTTP_PHASE_IDLE;
	x->want = 0;
	x->consumed = 0;
	x->keep_alive = false;
	x->head_len = 0;
}

/* ---- in ---------------------------------------------------------------------- */

static int feed_head(struct http_exchange *x, char *buf, size_t len)
{
	const struct http_parser *parser = &x->parser;
	int ret = http_parse(&x->parser, buf, len);

	if (ret != HTTP_DONE)
		return ret;
	x->keep_alive = !parser->close && (x->req.minor || parser->keep_alive);
	x->phase = HTTP_PHASE_BODY;
	x->want = parser->pos + parser->length;
	if (parser->chunked)
		http_chunked_init(&x->chunked, parser->limits, parser->pos);
	/* A client that has begun with the body does not wait. */
	if (parser->expects && len == parser->pos && (parser->chunked || parser->length))
		return HTTP_CONTINUE;
	return HTTP_DONE;
}

static int feed_body(struct http_exchange *x, char *buf, size_t len)
{
	const struct http_parser *parser = &x->parser;
	size_t end = x->want;
	int ret;

	http_parser_move(&x->parser, buf);
	if (parser->chunked) {
		ret = http_dechunk(&x->chunked, buf, len);
		if (ret != HTTP_DONE)
			return ret;
		end = x->chunked.out;
		x->consumed = x->chunked.in;
	} else {
		if (len < end)
			return HTTP_MORE;
		x->consumed = end;
	}
	x->req.body = (struct http_slice){ buf + parser->pos, end - parser->pos };
	x->phase = HTTP_PHASE_WHOLE;
	return HTTP_DONE;
}

int http_exchange_feed(struct http_exchange *x, char *buf, size_t len)
{
	int ret;

	if (x->phase == HTTP_PHASE_IDLE && len)
		x->phase = HTTP_PHASE_HEAD;
	if (x->phase == HTTP_PHASE_HEAD) {
		ret = feed_head(x, buf, len);
		if (ret != HTTP_DONE)
			return ret;
	}
	return x->phase == HTTP_PHASE_BODY ? feed_body(x, buf, len) : HTTP_MORE;
}

size_t http_exchange_compact(struct http_exchange *x, char *buf, size_t len)
{
	if (x->phase != HTTP_PHASE_BODY || !x->parser.chunked)
		return len;
	return http_chunked_compact(&x->chunked, buf, len);
}

/* ---- out --------------------------------------------------------------------- */

size_t http_exchange_body(const struct http_exchange *x)
{
	if (x->req.method == HTTP_HEAD)
		return 0;
	return x->resp.len;
}

static void finish(struct http_exchange *x, int status, const char *date, const char *allow)
{
	struct http_head head = {
		.status = status,
		.minor = x->req.minor,
		.keep_alive = x->keep_alive,
		.date = date,
		.allow = allow,
	};

	x->status = status;
	if (!http_has_body(status))
		x->resp.len = 0;
	head.length = x->resp.len;
	x->head_len = http_format_head(x->head, &head, &x->resp);
}

static void say(struct http_exchange *x, int status)
{
	http_printf(&x->resp, "%d %s\n", status, http_reason(status));
}

void http_exchange_answer(struct http_exchange *x, void *arg, const char *date)
{
	unsigned int allow = 0;
	char text[64];
	int status;

	status = http_dispatch(x, arg, &allow);
	if (x->resp.err || status < 200 || status > 599) {
		/* Instead of what the handler left. */
		http_response_init(&x->resp, RESPONSE_MAX);
		status = 500;
	}
	if (status >= 400 && !x->resp.len)
		say(x, status);
	if (allow)
		http_allow_text(text, sizeof(text), allow);
	finish(x, status, date, allow ? text : NULL);
}

void http_exchange_refuse(struct http_exchange *x, int status, const char *date)
{
	x->keep_alive = false;
	http_response_init(&x->resp, RESPONSE_MAX);
	say(x, status);
	finish(x, status, date, NULL);
}
