// SPDX-License-Identifier: GPL-2.0-only
#include "chars.h"
#include "parse.h"

/* Of "METHOD " and " HTTP/1.1", the longest that is looked at. */
#define AROUND_TARGET	32
/* Empty lines before a request that old clients sent after a body. */
#define BLANKS_MAX	4

const char * const http_methods[HTTP_NR_METHODS] = {
	[HTTP_GET] = "GET",
	[HTTP_HEAD] = "HEAD",
	[HTTP_POST] = "POST",
	[HTTP_PUT] = "PUT",
	[HTTP_DELETE] = "DELETE",
	[HTTP_PATCH] = "PATCH",
	[HTTP_OPTIONS] = "OPTIONS",
};

void http_parser_init(struct http_parser *parser, struct http_request *req,
		      const struct http_limits *limits)
{
	*parser = (struct http_parser){ .req = req, .limits = limits };
	req->method = HTTP_GET;
	req->minor = 1;
	req->nr_fields = 0;
	req->nr_params = 0;
	req->path = (struct http_slice){ };
	req->query = (struct http_slice){ };
	req->host = (struct http_slice){ };
	req->body = (struct http_slice){ };
}

static void move(struct http_slice *slice, ptrdiff_t by)
{
	if (slice->ptr)
		slice->ptr += by;
}

void http_parser_move(struct http_parser *parser, const char *buf)
{
	struct http_request *req = parser->req;
	ptrdiff_t by = buf - parser->base;
	unsigned int i;

	if (!parser->base || !by) {
		parser->base = buf;
		return;
	}
	parser->base = buf;
	move(&req->path, by);
	move(&req->query, by);
	move(&req->host, by);
	for (i = 0; i < req->nr_fields; i++) {
		move(&req->field[i].name, by);
		move(&req->field[i].value, by);
	}
}

static bool same(struct http_slice slice, const char *text)
{
	return slice.len == strlen(text) && !strncasecmp(slice.ptr, text, slice.len);
}

static bool parse_method(struct http_parser *parser, const char *p, size_t len)
{
	const struct http_slice name = { p, len };
	int i;

	if (!len || !http_chars_are(p, len, HTTP_C_TOKEN))
		return false;
	for (i = 0; i < HTTP_NR_METHODS; i++) {
		if (http_is(name, http_methods[i])) {
			parser->req->method = i;
			return true;
		}
	}
	parser->unknown_method = true;
	return true;
}

/* HTTP/1.x; a minor version that is not known means 1.1. */
static int parse_version(struct http_request *req, const char *p, size_t len)
{
	if (len != 8 || memcmp(p, "HTTP/", 5) || p[6] != '.' ||
	    p[5] < '0' || p[5] > '9' || p[7] < '0' || p[7] > '9')
		return -400;
	if (p[5] != '1')
		return -505;
	req->minor = p[7] == '0' ? 0 : 1;
	return 0;
}

static int request_line(struct http_parser *parser, char *p, size_t len)
{
	char *end = p + len, *target, *version;
	int err;

	if (!len)
		return ++parser->blanks > BLANKS_MAX ? -400 : 0;
	parser->state = HTTP_FIELDS;
	target = memchr(p, ' ', len);
	if (!target || !parse_method(parser, p, target - p))
		return -400;
	target++;
	version = memchr(target, ' ', end - target);
	if (!version || version == target)
		return -400;
	if (version - target > parser->limits->target_max)
		return -414;
	err = parse_version(parser->req, version + 1, end - version - 1);
	if (err)
		return err;
	if (parser->unknown_method)
		return -501;
	return http_parse_target(parser, target, version - target);
}

static int take_host(struct http_parser *parser, struct http_slice value)
{
	if (parser->has_host || !http_chars_are(value.ptr, value.len, HTTP_C_HOST))
		return -400;
	parser->has_host = true;
	/* An absolute target goes before the field. */
	if (!parser->absolute)
		parser->req->host = value;
	return 0;
}

/* Once, and digits: "5, 5" and a second field are refused, whatever they say. */
static int take_length(struct http_parser *parser, struct http_slice value)
{
	unsigned int i;

	if (parser->has_length || !value.len)
		return -400;
	parser->has_length = true;
	for (i = 0; i < value.len; i++) {
		if (value.ptr[i] < '0' || value.ptr[i] > '9')
			return -400;
		/* More than any limit is too long, however long. */
		if (parser->length < U64_MAX / 100)
			parser->length = parser->length * 10 + value.ptr[i] - '0';
	}
	return 0;
}

/* "chunked" alone is known; it may not stand twice, nor in HTTP/1.0. */
static int take_coding(struct http_parser *parser, struct http_slice value)
{
	static const char chunked[] = "chunked";
	const size_t len = sizeof(chunked) - 1;

	if (parser->coded || !parser->req->minor)
		return -400;
	parser->coded = true;
	if (same(value, chunked)) {
		parser->chunked = true;
		return 0;
	}
	/* Without chunked as the last coding nobody knows where the body ends. */
	if (value.len <= len || strncasecmp(value.ptr + value.len - len, chunked, len))
		return -400;
	return -501;
}

static void take_connection(struct http_parser *parser, struct http_slice value)
{
	struct http_slice word;
	const char *comma;

	while (value.len) {
		comma = memchr(value.ptr, ',', value.len);
		word.ptr = value.ptr;
		word.len = comma ? comma - value.ptr : value.len;
		value.ptr += min(word.len + 1, value.len);
		value.len -= min(word.len + 1, value.len);
		for (; word.len && (*word.ptr == ' ' || *word.ptr == '\t'); word.len--)
			word.ptr++;
		while (word.len && (word.ptr[word.len - 1] == ' ' ||
				    word.ptr[word.len - 1] == '\t'))
			word.len--;
		parser->close |= same(word, "close");
		parser->keep_alive |= same(word, "keep-alive");
	}
}

static int take_expectation(struct http_parser *parser, struct http_slice value)
{
	if (!same(value, "100-continue"))
		return -417;
	/* HTTP/1.0 does not know it. */
	parser->expects = parser->req->minor;
	return 0;
}

/* What the server itself has to know. By length first: most fields are none of it. */
static int take_field(struct http_parser *parser, const struct http_field *field)
{
	switch (field->name.len) {
	case 4:
		if (same(field->name, "Host"))
			return take_host(parser, field->value);
		break;
	case 6:
		if (same(field->name, "Expect"))
			return take_expectation(parser, field->value);
		break;
	case 10:
		if (same(field->name, "Connection"))
			take_connection(parser, field->value);
		break;
	case 14:
		if (same(field->name, "Content-Length"))
			return take_length(parser, field->value);
		break;
	case 17:
		if (same(field->name, "Transfer-Encoding"))
			return take_coding(parser, field->value);
		break;
	}
	return 0;
}

static int field_line(struct http_parser *parser, const char *p, size_t len)
{
	struct http_request *req = parser->req;
	const char *end = p + len, *colon;
	struct http_field *field;

	/* A blank before the colon, and a folded line, are no token. */
	colon = memchr(p, ':', len);
	if (!colon || colon == p || !http_chars_are(p, colon - p, HTTP_C_TOKEN))
		return -400;
	if (req->nr_fields == HTTP_FIELDS_MAX)
		return -431;
	field = &req->field[req->nr_fields++];
	field->name = (struct http_slice){ p, colon - p };
	for (p = colon + 1; p < end && (*p == ' ' || *p == '\t'); p++)
		;
	while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	field->value = (struct http_slice){ p, end - p };
	if (!http_chars_are(p, end - p, HTTP_C_VALUE))
		return -400;
	return take_field(parser, field);
}

static int end_of_head(struct http_parser *parser)
{
	parser->state = HTTP_HEAD_DONE;
	if (parser->req->minor && !parser->has_host)
		return -400;
	if (parser->coded && parser->has_length)
		return -400;
	if (parser->length > parser->limits->body_max)
		return -413;
	return HTTP_DONE;
}

/* No end of a line in sight: may there be one yet? */
static int too_long(const struct http_parser *parser, const char *buf, size_t len)
{
	const struct http_limits *limits = parser->limits;

	if (parser->state != HTTP_REQUEST_LINE)
		return len > limits->head_max ? -431 : HTTP_MORE;
	if (len - parser->pos > limits->target_max + AROUND_TARGET)
		return -414;
	/* No request begins so, say one for TLS: do not wait for its end. */
	if (len > parser->pos && buf[parser->pos] != '\r' &&
	    !http_char_is(buf[parser->pos], HTTP_C_TOKEN))
		return -400;
	return len > limits->head_max ? -431 : HTTP_MORE;
}

static int take_line(struct http_parser *parser, char *line, size_t len)
{
	if (parser->state == HTTP_REQUEST_LINE)
		return request_line(parser, line, len);
	return len ? field_line(parser, line, len) : end_of_head(parser);
}

int http_parse(struct http_parser *parser, char *buf, size_t len)
{
	int ret = HTTP_MORE;
	char *line, *end;

	http_parser_move(parser, buf);
	while (!ret && parser->state != HTTP_HEAD_DONE) {
		line = buf + parser->pos;
		end = memchr(buf + parser->seen, '\n', len - parser->seen);
		if (!end) {
			parser->seen = len;
			return too_long(parser, buf, len);
		}
		if (end == line || end[-1] != '\r')
			return -400;
		parser->pos = end + 1 - buf;
		parser->seen = parser->pos;
		if (parser->pos > parser->limits->head_max)
			return parser->state == HTTP_REQUEST_LINE ? -414 : -431;
		ret = take_line(parser, line, end - 1 - line);
	}
	return ret;
}
