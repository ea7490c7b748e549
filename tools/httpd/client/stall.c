// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients that stop half-way. MS is how long the server waits by its parameters;
 * it must end the connection, not before and not much later.
 *
 *	idle		no request at all: closed without a word
 *	again		none after the first
 *	head, body	part of it: 408
 *	trickle		a byte now and then, which must not win more time: 408
 *	reader		takes nothing of a large response: closed
 *	continue	waits for a 100, sends the body, and gets its answer
 *	refused		waits for a 100, gets 404 and no 100
 *	many		MS connections are open; the next gets a 503
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "client.h"

/* A timer that looks five times a second, and an emulated machine. */
#define LATE_MS	2500

static struct wire wire;
static struct answer answer;
/* Each clock starts before what makes the server start its own. */
static int connecting;

static bool say(const char *text)
{
	return wire_send(&wire, text, strlen(text));
}

static int now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void closed_in_time(const char *what, int start, int ms)
{
	int took = wire_until_close(&wire, ms + LATE_MS) < 0 ? -1 : now_ms() - start;

	result(took >= ms && took < ms + LATE_MS, "%s: closed after %d ms, of %d", what, took, ms);
}

static void timed_out(const char *what, int start, int ms)
{
	int err = wire_answer(&wire, &answer, false), took = now_ms() - start;

	result(!err && answer.status == 408 && answer.close && took >= ms && took < ms + LATE_MS,
	       "%s: %d after %d ms, of %d", what, err ? -1 : answer.status, took, ms);
	result(wire_answer(&wire, &answer, false) == WIRE_END, "%s: and then the end", what);
}

static void stall_idle(int ms)
{
	closed_in_time("a connection without a request", connecting, ms);
}

static void stall_again(int ms)
{
	int start = now_ms();

	say("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
	result(!wire_answer(&wire, &answer, false), "the first request is answered");
	closed_in_time("a connection without another request", start, ms);
}

static void stall_head(int ms)
{
	int start = now_ms();

	say("GET /hello HTTP/1.1\r\nHost: x\r\nX-");
	timed_out("half a head", start, ms);
}

static void stall_body(int ms)
{
	int start = now_ms();

	say("POST /test/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello");
	timed_out("half a body", start, ms);
}

static void stall_trickle(int ms)
{
	int start = now_ms(), i;

	say("GET /hello HTTP/1.1\r\nHost: x\r\nX: ");
	for (i = 0; i < 2 * ms / 100 && recv(wire.fd, wire.buf, 1, MSG_PEEK | MSG_DONTWAIT) < 0; i++) {
		say("x");
		usleep(100 * 1000);
	}
	timed_out("a head that trickles", start, ms);
}

static void stall_reader(int ms)
{
	int start = now_ms(), took;

	say("GET /test/big/4000000 HTTP/1.1\r\nHost: x\r\n\r\n");
	/* What it may buffer it has sent; whoever reads now gets that, and the end. */
	usleep((ms + LATE_MS) * 1000);
	took = wire_until_close(&wire, LATE_MS);
	result(took != -1, "a client that takes nothing: cut off in %d ms", now_ms() - start);
}

static void stall_continue(int ms)
{
	say("POST /test/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
	result(!wire_answer(&wire, &answer, false) && answer.status == 100, "100 Continue comes");
	say("hello");
	result(!wire_answer(&wire, &answer, false) && answer.status == 200 && !strcmp(answer.body, "hello"),
	       "and the body is taken after it");
	say("POST /test/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
	result(!wire_answer(&wire, &answer, false) && answer.status == 100, "100 Continue comes for chunks");
	say("5\r\nhello\r\n0\r\n\r\n");
	result(!wire_answer(&wire, &answer, false) && answer.status == 200 && !strcmp(answer.body, "hello"),
	       "and they are taken after it");
	say("POST /test/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello");
	result(!wire_answer(&wire, &answer, false) && answer.status == 200,
	       "who does not wait gets no 100");
}

static void stall_refused(int ms)
{
	say("POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
	result(!wire_answer(&wire, &answer, false) && answer.status == 404 && answer.close,
	       "a body that nobody wants is not asked for");
	result(wire_answer(&wire, &answer, false) == WIRE_END, "and the connection ends");
}

static void stall_many(int nr)
{
	struct wire *others = calloc(nr, sizeof(*others));
	int i, opened = 1;	/* main's */

	/* Each is served once, so that it counts. */
	say("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
	wire_answer(&wire, &answer, false);
	for (i = 0; i < nr - 1; i++) {
		if (!wire_open(&others[i]))
			break;
		wire_send(&others[i], "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", 33);
		opened += !wire_answer(&others[i], &answer, false) && answer.status == 200;
	}
	result(opened == nr, "%d of %d connections are served", opened, nr);
	wire_open(&others[i]);
	wire_send(&others[i], "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", 33);
	result(!wire_answer(&others[i], &answer, false) && answer.status == 503 && answer.close,
	       "one more gets 503");
	result(wire_answer(&others[i], &answer, false) == WIRE_END, "and the end, not a reset");
	while (i >= 0)
		wire_close(&others[i--]);
	usleep(200 * 1000);
	wire_open(&others[0]);
	wire_send(&others[0], "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", 33);
	result(!wire_answer(&others[0], &answer, false) && answer.status == 200,
	       "when they have gone, the next is served");
	wire_close(&others[0]);
	free(others);
}

static const struct {
	const char *name;
	void (*run)(int ms);
} stalls[] = {
	{ "idle", stall_idle },
	{ "again", stall_again },
	{ "head", stall_head },
	{ "body", stall_body },
	{ "trickle", stall_trickle },
	{ "reader", stall_reader },
	{ "continue", stall_continue },
	{ "refused", stall_refused },
	{ "many", stall_many },
};

int run_stall(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc == 2 && i < sizeof(stalls) / sizeof(stalls[0]); i++) {
		if (strcmp(argv[0], stalls[i].name))
			continue;
		connecting = now_ms();
		if (!wire_open(&wire)) {
			result(false, "%s: no connection", argv[0]);
			return 1;
		}
		stalls[i].run(atoi(argv[1]));
		wire_close(&wire);
		return 0;
	}
	fprintf(stderr, "usage: see stall.c\n");
	return 2;
}
