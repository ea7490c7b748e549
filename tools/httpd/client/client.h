/* SPDX-License-Identifier: GPL-2.0-only */
/* A client that sends what no decent client would, and checks each answer. */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>
#include <stddef.h>

/* ---- wire.c: one connection ------------------------------------------------------ */

struct wire {
	int fd;
	size_t len;		/* bytes in buf that were not taken yet */
	char buf[1 << 16];
};

struct answer {
	int status;
	bool close;		/* said so */
	size_t length;		/* of the body */
	size_t kept;		/* bytes in body: the first of it */
	char head[4096];
	char body[8192];
};

/* What wire_answer() returns besides a positive errno. */
#define WIRE_OK		0
#define WIRE_END	-1	/* the server closed, before the first byte */
#define WIRE_MALFORMED	-2	/* that is no HTTP */

extern int wire_port;

bool wire_open(struct wire *wire);
void wire_close(struct wire *wire);
bool wire_send(struct wire *wire, const void *bytes, size_t len);
/* @head: the answer to a HEAD, which has no body. */
int wire_answer(struct wire *wire, struct answer *answer, bool head);
/* Milliseconds until the server closes: -1 if it does not in @ms, -2 for a reset. */
int wire_until_close(struct wire *wire, int ms);

/* ---- cases.c: what is sent, and what must come back ------------------------------- */

struct http_case {
	const char *name;
	const char *bytes;
	size_t len;
	int fill;		/* how many letters stand for the byte \1 */
	int status[8];		/* of the answers, in their order */
	unsigned int heads;	/* bit by bit: which of them are to HEAD */
	bool close;		/* the server closes after them */
	const char *has;	/* in the last answer, head or body */
	const char *lacks;
};

extern const struct http_case http_cases[];
extern const int http_cases_nr;

/* The bytes of a case with the fill in its place; to be freed. */
char *case_bytes(const struct http_case *c, size_t *len);

/* ---- random numbers that can be had again ------------------------------------------ */

static inline unsigned int next_random(unsigned long *state)
{
	*state = *state * 6364136223846793005UL + 1442695040888963407UL;
	return *state >> 33;
}

/* @len bytes at @bytes, which has room for 2 * @len + 64, made worse: the new length. */
size_t mutate(char *bytes, size_t len, unsigned long *random);

/* ---- commands: main.c ---------------------------------------------------------------- */

int run_cases(int argc, char **argv);
int run_fuzz(int argc, char **argv);
int run_stall(int argc, char **argv);
int run_hammer(int argc, char **argv);
int run_count(int argc, char **argv);

void result(bool good, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif /* CLIENT_H */
