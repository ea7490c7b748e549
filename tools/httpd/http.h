/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A request and a response as a handler sees them. Everything here is inline:
 * a module with routes needs no symbol of the server's, so that the two come
 * and go in any order.
 */
#ifndef HTTPD_HTTP_H
#define HTTPD_HTTP_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>

#define HTTP_FIELDS_MAX		64	/* header fields of a request */
#define HTTP_PARAMS_MAX		8	/* parameters in a pattern, the tail included */
#define HTTP_RESPONSE_FIELDS	1024	/* bytes of header fields that a handler may add */

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_DELETE,
	HTTP_PATCH,
	HTTP_OPTIONS,
	HTTP_NR_METHODS,
};

/* Bytes in the receive buffer, or in a pattern; no NUL ends them. */
struct http_slice {
	const char *ptr;
	unsigned int len;
};

struct http_field {
	struct http_slice name;
	struct http_slice value;
};

/**
 * struct http_request - what a handler is given; valid until it returns
 * @method: HEAD reaches the handler of GET, if it has none of its own
 * @minor: of HTTP/1.x
 * @path: decoded and normalised; begins with a slash
 * @query: what follows the question mark, as it was sent
 * @host: of the request target or of the Host field, with the port
 * @body: all of it, without chunks
 * @nr_params: entries in @param
 * @nr_fields: entries in @field
 * @param: what the pattern's parameters stand for, in their order
 * @field: header fields as they were sent, in their order
 */
struct http_request {
	enum http_method method;
	unsigned int minor;
	struct http_slice path;
	struct http_slice query;
	struct http_slice host;
	struct http_slice body;
	unsigned int nr_params;
	unsigned int nr_fields;
	struct http_field param[HTTP_PARAMS_MAX];
	struct http_field field[HTTP_FIELDS_MAX];
};

/**
 * struct http_response - what a handler fills in, by the functions below
 * @body: allocated as it grows
 * @len: bytes in @body
 * @size: bytes that @body has room for
 * @max: bytes that a response may have
 * @err: the first failure of a function below; the answer is then 500
 * @fields_len: bytes in @fields
 * @typed: there is a Content-Type among @fields
 * @fields: header fields, each with its CR LF
 */
struct http_response {
	char *body;
	size_t len;
	size_t size;
	size_t max;
	int err;
	unsigned int fields_len;
	bool typed;
	char fields[HTTP_RESPONSE_FIELDS];
};

static inline bool http_is(struct http_slice slice, const char *text)
{
	return slice.len == strlen(text) && !memcmp(slice.ptr, text, slice.len);
}

static inline struct http_slice __http_find(const struct http_field *field, unsigned int nr,
					    const char *name)
{
	size_t len = strlen(name);
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (field[i].name.len == len && !strncasecmp(field[i].name.ptr, name, len))
			return field[i].value;
	return (struct http_slice){ NULL, 0 };
}

/* What stands for :name or *name in the path; ptr is NULL if the pattern has no such. */
static inline struct http_slice http_param(const struct http_request *req, const char *name)
{
	return __http_find(req->param, req->nr_params, name);
}

/* The first header field of this name, in any case of letters; ptr is NULL if there is none. */
static inline struct http_slice http_field(const struct http_request *req, const char *name)
{
	return __http_find(req->field, req->nr_fields, name);
}

/* Room for @more bytes and a NUL. */
static inline int __http_reserve(struct http_response *resp, size_t more)
{
	size_t need = resp->len + more + 1;
	char *body;

	if (resp->err)
		return resp->err;
	if (more > resp->max - resp->len)
		return resp->err = -EFBIG;
	if (need <= resp->size)
		return 0;
	need = max(need, 2 * resp->size);
	body = kvmalloc(need, GFP_KERNEL);
	if (!body)
		return resp->err = -ENOMEM;
	if (resp->len)
		memcpy(body, resp->body, resp->len);
	kvfree(resp->body);
	resp->body = body;
	resp->size = need;
	return 0;
}

/* Append @len bytes to the body: 0, -EFBIG or -ENOMEM, as the next two. */
static inline int http_write(struct http_response *resp, const void *bytes, size_t len)
{
	int err = __http_reserve(resp, len);

	if (!err) {
		memcpy(resp->body + resp->len, bytes, len);
		resp->len += len;
	}
	return err;
}

static inline int http_puts(struct http_response *resp, const char *text)
{
	return http_write(resp, text, strlen(text));
}

static __maybe_unused __printf(2, 3)
int http_printf(struct http_response *resp, const char *fmt, ...)
{
	va_list args;
	int len, err;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	err = __http_reserve(resp, len);
	if (err)
		return err;
	va_start(args, fmt);
	resp->len += vsnprintf(resp->body + resp->len, len + 1, fmt, args);
	va_end(args);
	return 0;
}

/* For "%.*s": http_printf(resp, "%.*s", HTTP_SLICE(slice)) */
#define HTTP_SLICE(slice) (int)(slice).len, (slice).ptr

/*
 * Add a header field. One with a control character is refused: it would let
 * whoever chose the value write the rest of the response. Length and framing are
 * the server's.
 */
static inline int http_header(struct http_response *resp, const char *name, const char *value)
{
	size_t nlen = strlen(name), vlen = strlen(value), i;
	char *to = resp->fields + resp->fields_len;

	if (nlen + vlen + 4 > sizeof(resp->fields) - resp->fields_len)
		return resp->err = -EFBIG;
	for (i = 0; i < nlen; i++)
		if (name[i] <= ' ' || name[i] == ':' || name[i] >= 0x7f)
			return resp->err = -EINVAL;
	for (i = 0; i < vlen; i++)
		if ((unsigned char)value[i] < ' ' || value[i] == 0x7f)
			return resp->err = -EINVAL;
	if (!nlen || !strcasecmp(name, "Content-Length") || !strcasecmp(name, "Connection") ||
	    !strcasecmp(name, "Transfer-Encoding"))
		return resp->err = -EINVAL;
	resp->typed |= !strcasecmp(name, "Content-Type");
	memcpy(to, name, nlen);
	memcpy(to + nlen, ": ", 2);
	memcpy(to + nlen + 2, value, vlen);
	memcpy(to + nlen + 2 + vlen, "\r\n", 2);
	resp->fields_len += nlen + vlen + 4;
	return 0;
}

#endif /* HTTPD_HTTP_H */
