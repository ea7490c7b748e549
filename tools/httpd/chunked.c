// SPDX-License-Identifier: GPL-2.0-only
#include "chars.h"
#include "chunked.h"

enum {
	SIZE,		/* hexadecimal digits */
	EXTENSION,	/* ;name=value, up to the CR */
	SIZE_LF,
	DATA,
	DATA_CR,
	DATA_LF,
	TRAILER,	/* at the beginning of a line */
	TRAILER_NAME,
	TRAILER_VALUE,
	TRAILER_LF,
	END_LF,
	END,
};

void http_chunked_init(struct http_chunked *chunked, const struct http_limits *limits,
		       size_t start)
{
	*chunked = (struct http_chunked){ .limits = limits, .in = start, .out = start };
}

static int size_digit(struct http_chunked *c, char ch)
{
	int digit = http_hex(ch);

	if (digit < 0) {
		/* No blanks here: others skip them, or do not. */
		if (!c->digits || (ch != ';' && ch != '\r'))
			return -400;
		c->state = ch == '\r' ? SIZE_LF : EXTENSION;
		return 0;
	}
	/* Leading zeros are digits as well. */
	if (++c->digits > 16)
		return -400;
	c->left = c->left << 4 | digit;
	return c->left > c->limits->body_max - c->body ? -413 : 0;
}

static int extra(struct http_chunked *c, char ch, u8 class, int err)
{
	if (++c->extra > c->limits->head_max)
		return err;
	return http_char_is(ch, class) ? 0 : -400;
}

static int expect(struct http_chunked *c, char ch, char wanted, u8 next)
{
	if (ch != wanted)
		return -400;
	c->state = next;
	return 0;
}

static int trailer(struct http_chunked *c, char ch)
{
	switch (c->state) {
	case TRAILER:
		if (ch == '\r') {
			c->state = END_LF;
			return 0;
		}
		c->state = TRAILER_NAME;
		return extra(c, ch, HTTP_C_TOKEN, -431);
	case TRAILER_NAME:
		if (ch == ':')
			return expect(c, ch, ':', TRAILER_VALUE);
		return extra(c, ch, HTTP_C_TOKEN, -431);
	default:
		if (ch == '\r')
			return expect(c, ch, '\r', TRAILER_LF);
		return extra(c, ch, HTTP_C_VALUE, -431);
	}
}

static int step(struct http_chunked *c, char ch)
{
	switch (c->state) {
	case SIZE:
		return size_digit(c, ch);
	case EXTENSION:
		if (ch == '\r')
			return expect(c, ch, '\r', SIZE_LF);
		return extra(c, ch, HTTP_C_VALUE, -400);
	case SIZE_LF:
		c->digits = 0;
		c->body += c->left;
		return expect(c, ch, '\n', c->left ? DATA : TRAILER);
	case DATA_CR:
		return expect(c, ch, '\r', DATA_LF);
	case DATA_LF:
		return expect(c, ch, '\n', SIZE);
	case TRAILER_LF:
		return expect(c, ch, '\n', TRAILER);
	case END_LF:
		return expect(c, ch, '\n', END);
	default:
		return trailer(c, ch);
	}
}

static void take_data(struct http_chunked *c, char *buf, size_t len)
{
	size_t n = min_t(u64, c->left, len - c->in);

	memmove(buf + c->out, buf + c->in, n);
	c->in += n;
	c->out += n;
	c->left -= n;
	if (!c->left)
		c->state = DATA_CR;
}

int http_dechunk(struct http_chunked *c, char *buf, size_t len)
{
	int err = 0;

	while (!err && c->in < len && c->state != END) {
		if (c->state == DATA)
			take_data(c, buf, len);
		else
			err = step(c, buf[c->in++]);
	}
	return err ?: c->state == END ? HTTP_DONE : HTTP_MORE;
}

size_t http_chunked_compact(struct http_chunked *c, char *buf, size_t len)
{
	size_t gap = c->in - c->out;

	memmove(buf + c->out, buf + c->in, len - c->in);
	c->in = c->out;
	return len - gap;
}
