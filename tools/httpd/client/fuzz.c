// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cases made worse at random. Whatever is sent, what comes back is a sequence of
 * whole answers, the connection ends, and not with a reset.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "client.h"

/* NULL, or what is wrong. Whether an answer is one to HEAD nobody knows here. */
static const char *read_all(struct wire *wire)
{
	size_t seen = 0;
	ssize_t n;

	while ((n = recv(wire->fd, wire->buf, sizeof(wire->buf), 0)) > 0) {
		if (!seen && (n < 9 || memcmp(wire->buf, "HTTP/1.1 ", 9)))
			return "what came back is no HTTP";
		seen += n;
	}
	return n < 0 ? "the connection did not end well" : NULL;
}

static const char *try(unsigned long *random, unsigned long *seed, size_t *len_out)
{
	const struct http_case *c = &http_cases[next_random(random) % http_cases_nr];
	static struct wire wire;
	const char *why = NULL;
	size_t len, sent, n;
	char *bytes, *room;

	*seed = *random;
	bytes = case_bytes(c, &len);
	room = malloc(2 * len + 64);
	memcpy(room, bytes, len);
	free(bytes);
	len = mutate(room, len, random);
	*len_out = len;
	if (!wire_open(&wire)) {
		free(room);
		return "no connection";
	}
	for (sent = 0; sent < len; sent += n) {
		n = 1 + next_random(random) % 2000;
		n = n < len - sent ? n : len - sent;
		if (!wire_send(&wire, room + sent, n)) {
			why = "sending failed";
			break;
		}
	}
	shutdown(wire.fd, SHUT_WR);
	if (!why)
		why = read_all(&wire);
	wire_close(&wire);
	free(room);
	return why;
}

int run_fuzz(int argc, char **argv)
{
	unsigned long random = argc > 0 ? strtoul(argv[0], NULL, 0) : 1, start = random, seed = 0;
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 5);
	unsigned long done = 0;
	const char *why = NULL;
	size_t len = 0;

	while (!why && time(NULL) < end) {
		why = try(&random, &seed, &len);
		done++;
	}
	if (why)
		result(false, "mutation %lu of seed %#lx: %s (random state %#lx, %zu bytes)", done, start, why,
		       seed, len);
	else
		result(true, "%lu mutated requests, seed %#lx", done, start);
	return why != NULL;
}
