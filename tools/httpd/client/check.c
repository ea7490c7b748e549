// SPDX-License-Identifier: GPL-2.0-only
/* Send a case in one of three ways, and compare what comes back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"

enum { WHOLE, PIECES, BYTES, NR_WAYS };

static const char * const ways[NR_WAYS] = { "whole", "in pieces", "byte by byte" };

/* What a server that has heard enough may not take: it may have closed. */
static void deliver(struct wire *wire, const char *bytes, size_t len, int way,
		    unsigned long *random)
{
	size_t n;

	for (; len; len -= n, bytes += n) {
		n = way == BYTES ? 1 : way == PIECES ? 1 + next_random(random) % 40 : len;
		n = n < len ? n : len;
		if (!wire_send(wire, bytes, n))
			return;
	}
}

static const char *check_answers(struct wire *wire, const struct http_case *c,
				 struct answer *answer)
{
	static char text[128];
	int i, err;

	for (i = 0; i < 8 && c->status[i]; i++) {
		err = wire_answer(wire, answer, c->heads & 1 << i);
		if (err) {
			snprintf(text, sizeof(text), "answer %d: %s", i + 1,
				 err == WIRE_END ? "none" :
				 err == WIRE_MALFORMED ? "malformed" : strerror(err));
			return text;
		}
		if (answer->status != c->status[i]) {
			snprintf(text, sizeof(text), "answer %d: %d instead of %d", i + 1,
				 answer->status, c->status[i]);
			return text;
		}
	}
	return NULL;
}

/* @text in head and body, as they came one after the other. */
static bool contains(const struct answer *answer, const char *text)
{
	static char all[sizeof(answer->head) + sizeof(answer->body)];

	snprintf(all, sizeof(all), "%s%s", answer->head, answer->body);
	return strstr(all, text);
}

static const char *check_after(struct wire *wire, const struct http_case *c,
			       struct answer *answer)
{
	static const char again[] = "GET /hello/again HTTP/1.1\r\nHost: x\r\n\r\n";
	int err;

	if (c->has && !contains(answer, c->has))
		return "lacks what it has to have";
	if (c->lacks && contains(answer, c->lacks))
		return "has what it must not";
	if (answer->close != c->close)
		return c->close ? "does not say that it closes" : "says that it closes";
	if (c->close) {
		err = wire_answer(wire, answer, false);
		return err == WIRE_END ? NULL : err > 0 ? strerror(err) : "does not close";
	}
	if (!wire_send(wire, again, sizeof(again) - 1) || wire_answer(wire, answer, false) ||
	    strcmp(answer->body, "Hello, again!\n"))
		return "the next request fails";
	return NULL;
}

static const char *check(const struct http_case *c, int way, unsigned long *random)
{
	static struct answer answer;
	static struct wire wire;
	const char *why;
	size_t len;
	char *bytes;

	if (!wire_open(&wire))
		return "no connection";
	bytes = case_bytes(c, &len);
	deliver(&wire, bytes, len, way, random);
	free(bytes);
	why = check_answers(&wire, c, &answer);
	if (!why)
		why = check_after(&wire, c, &answer);
	wire_close(&wire);
	return why;
}

int run_cases(int argc, char **argv)
{
	unsigned long random = 1;
	int i, way;

	for (i = 0; i < http_cases_nr; i++) {
		const struct http_case *c = &http_cases[i];
		const char *why = NULL;

		for (way = 0; !why && way < NR_WAYS; way++) {
			/* Thousands of segments of a byte show nothing that a hundred do not. */
			if (way != BYTES || !c->fill)
				why = check(c, way, &random);
		}
		if (why)
			result(false, "%s: %s, sent %s", c->name, why, ways[way - 1]);
		else
			result(true, "%s", c->name);
	}
	return 0;
}
