// SPDX-License-Identifier: GPL-2.0-only
/*
 * Load that looks at each answer: from CONNECTIONS at once GET PATH for SECONDS.
 * STATUS... are allowed, each as STATUS or STATUS=BODY; anything else is counted
 * as bad, as is a connection that ends without having said so.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client.h"

#define ALLOWED_MAX	8

static struct {
	char request[512];
	time_t end;
	int nr_allowed;
	char **allowed;
} job;

struct worker {
	pthread_t thread;
	unsigned long seen[ALLOWED_MAX];
	unsigned long bad;
	char first_bad[256];
};

static void complain(struct worker *worker, const char *what, const struct answer *answer)
{
	if (!worker->bad++)
		snprintf(worker->first_bad, sizeof(worker->first_bad), "%s: %.100s%.100s", what,
			 answer ? answer->head : "", answer ? answer->body : "");
}

/* Which of what is allowed it is, or -1. */
static int kind(const struct answer *answer)
{
	int i;

	for (i = 0; i < job.nr_allowed; i++) {
		const char *body = strchr(job.allowed[i], '=');
		size_t len = body ? strlen(body + 1) : 0;

		if (atoi(job.allowed[i]) != answer->status)
			continue;
		if (!body || (!strncmp(answer->body, body + 1, len) && answer->length == len + 1))
			return i;
	}
	return -1;
}

static void *work(void *arg)
{
	struct worker *worker = arg;
	struct answer *answer = malloc(sizeof(*answer));
	struct wire *wire = malloc(sizeof(*wire));
	bool open = false;
	int err, i;

	while (time(NULL) < job.end) {
		if (!open && !wire_open(wire)) {
			complain(worker, strerror(errno), NULL);
			break;
		}
		open = wire_send(wire, job.request, strlen(job.request));
		err = open ? wire_answer(wire, answer, false) : EPIPE;
		if (err) {
			complain(worker, err == WIRE_END ? "no answer" :
				 err == WIRE_MALFORMED ? "malformed" : strerror(err), NULL);
			wire_close(wire);
			open = false;
			continue;
		}
		i = kind(answer);
		if (i < 0)
			complain(worker, "not allowed", answer);
		else
			worker->seen[i]++;
		if (answer->close) {
			wire_close(wire);
			open = false;
		}
	}
	if (open)
		wire_close(wire);
	free(wire);
	free(answer);
	return NULL;
}

int run_hammer(int argc, char **argv)
{
	unsigned long bad = 0, seen[ALLOWED_MAX] = { 0 };
	const char *first_bad = "";
	struct worker *workers;
	int nr, i, j;

	if (argc < 4 || argc - 3 > ALLOWED_MAX)
		return 2;
	snprintf(job.request, sizeof(job.request), "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", argv[0]);
	job.end = time(NULL) + atoi(argv[1]);
	nr = atoi(argv[2]);
	job.nr_allowed = argc - 3;
	job.allowed = argv + 3;
	workers = calloc(nr, sizeof(*workers));
	for (i = 0; i < nr; i++)
		pthread_create(&workers[i].thread, NULL, work, &workers[i]);
	for (i = 0; i < nr; i++) {
		pthread_join(workers[i].thread, NULL);
		bad += workers[i].bad;
		if (workers[i].bad)
			first_bad = workers[i].first_bad;
		for (j = 0; j < job.nr_allowed; j++)
			seen[j] += workers[i].seen[j];
	}
	printf("bad=%lu\n", bad);
	for (j = 0; j < job.nr_allowed; j++)
		printf("seen%d=%lu\n", j + 1, seen[j]);
	if (bad)
		printf("first=%s\n", first_bad);
	return bad != 0;
}
