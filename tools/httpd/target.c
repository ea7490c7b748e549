// SPDX-License-Identifier: GPL-2.0-only
/*
 * The request target. What is decided about paths:
 *
 * - they are split at slashes before they are decoded, and a slash that comes
 *   out of "%2F" is refused, as is a control character; so no decoded path
 *   means something else than it seemed to;
 * - they are decoded once. Bytes above 0x7f pass;
 * - empty segments are dropped, but a slash at the end means what it says;
 * - "." and ".." are resolved, also where they were encoded, and a path that
 *   would leave the root is refused;
 * - the query stays as it was sent.
 */
#include "chars.h"
#include "parse.h"

/* A byte of a segment at @p, decoded; moves @p on. -400 if it may not be. */
static int decode(const char **p, const char *end)
{
	int high, low, c = (u8)**p;

	(*p)++;
	if (c != '%')
		return c;
	if (end - *p < 2)
		return -400;
	high = http_hex((*p)[0]);
	low = http_hex((*p)[1]);
	if (high < 0 || low < 0)
		return -400;
	*p += 2;
	c = high << 4 | low;
	return c == '/' || c < ' ' || c == 0x7f ? -400 : c;
}

/* Decode a segment to @to: its length. */
static int decode_segment(const char **p, const char *end, char *to)
{
	int len = 0, c;

	while (*p < end && **p != '/') {
		c = decode(p, end);
		if (c < 0)
			return c;
		to[len++] = c;
	}
	return len;
}

/* Where the segment before the slash at @slash begins with its own; -400 if none does. */
static int parent(const char *path, int slash)
{
	if (!slash)
		return -400;
	while (path[--slash] != '/')
		;
	return slash;
}

/**
 * http_normalise() - decode a path and resolve its dots, in place
 * @path: begins with a slash
 * @len: its bytes
 *
 * The result is never longer than what was read so far, so one buffer does.
 *
 * Return: its new length, or -400.
 */
int http_normalise(char *path, size_t len)
{
	const char *p = path, *end = path + len;
	int slash, to = 0, segment;
	bool last = false;

	while (p < end) {
		slash = to;
		p++;
		path[to++] = '/';
		segment = decode_segment(&p, end, path + to);
		if (segment < 0)
			return segment;
		last = p == end;
		if (segment == 2 && path[to] == '.' && path[to + 1] == '.') {
			slash = parent(path, slash);
			if (slash < 0)
				return slash;
			to = last ? slash + 1 : slash;
		} else if (!segment || (segment == 1 && path[to] == '.')) {
			to = last ? to : slash;
		} else {
			to += segment;
		}
	}
	return to;
}

/* "http://HOST/...": what is left is the path, which may be empty. */
static int take_authority(struct http_parser *parser, char **target, size_t *len)
{
	static const char scheme[] = "http://";
	const size_t skip = sizeof(scheme) - 1;
	struct http_slice host;

	if (*len <= skip || strncasecmp(*target, scheme, skip))
		return -400;
	host.ptr = *target + skip;
	for (host.len = 0; host.len < *len - skip; host.len++)
		if (host.ptr[host.len] == '/' || host.ptr[host.len] == '?')
			break;
	if (!host.len || !http_chars_are(host.ptr, host.len, HTTP_C_HOST))
		return -400;
	parser->req->host = host;
	parser->absolute = true;
	*target += skip + host.len;
	*len -= skip + host.len;
	return 0;
}

int http_parse_target(struct http_parser *parser, char *target, size_t len)
{
	struct http_request *req = parser->req;
	char *start = target, *mark;
	int n, err;

	if (!http_chars_are(target, len, HTTP_C_TARGET))
		return -400;
	if (len == 1 && *target == '*') {
		req->path = (struct http_slice){ target, 1 };
		return req->method == HTTP_OPTIONS ? 0 : -400;
	}
	if (*target != '/') {
		err = take_authority(parser, &target, &len);
		if (err)
			return err;
	}
	mark = memchr(target, '?', len);
	if (mark) {
		req->query = (struct http_slice){ mark + 1, len - (mark + 1 - target) };
		len = mark - target;
	}
	/* An empty path after an authority is the root: its slash is one of "http://". */
	if (!len) {
		req->path = (struct http_slice){ start + 5, 1 };
		return 0;
	}
	n = http_normalise(target, len);
	if (n < 0)
		return n;
	req->path = (struct http_slice){ target, n };
	return 0;
}
