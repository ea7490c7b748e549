// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whole requests by the time-stamp counter, client, network and server together,
 * over one connection: the least that any of many chunks took. Where the counter
 * counts instructions, this does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <x86intrin.h>

#include "client.h"

#define CHUNK	50

/* The answer, looked at as little as may be, so as to measure the server's side. */
static bool take(struct wire *wire, struct answer *answer)
{
	return !wire_answer(wire, answer, false) && answer->status == 200;
}

int run_count(int argc, char **argv)
{
	unsigned long long least = ~0ULL, start, took;
	static struct answer answer;
	static struct wire wire;
	char request[512];
	int chunks, i;

	if (argc != 2 || !wire_open(&wire))
		return 2;
	snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n", argv[0]);
	for (chunks = atoi(argv[1]); chunks > 0; chunks--) {
		start = __rdtsc();
		for (i = 0; i < CHUNK; i++) {
			if (!wire_send(&wire, request, strlen(request)) || !take(&wire, &answer)) {
				puts("failed");
				return 1;
			}
		}
		took = __rdtsc() - start;
		least = took < least ? took : least;
	}
	printf("%llu\n", least / CHUNK);
	wire_close(&wire);
	return 0;
}
