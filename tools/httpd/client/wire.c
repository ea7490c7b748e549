// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "client.h"

int wire_port = 8080;

/* Longer than anything that the server may take; a hang shows as ETIMEDOUT. */
#define PATIENCE_S	20

bool wire_open(struct wire *wire)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(wire_port) };
	struct timeval patience = { .tv_sec = PATIENCE_S };
	int on = 1;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	wire->len = 0;
	wire->fd = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(wire->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(wire->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(wire->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(wire->fd, (struct sockaddr *)&to, sizeof(to))) {
		close(wire->fd);
		return false;
	}
	return true;
}

void wire_close(struct wire *wire)
{
	close(wire->fd);
}

bool wire_send(struct wire *wire, const void *bytes, size_t len)
{
	ssize_t n;

	for (; len; len -= n, bytes = (const char *)bytes + n) {
		n = send(wire->fd, bytes, len, MSG_NOSIGNAL);
		if (n < 0)
			return false;
	}
	return true;
}

/* More bytes: 0, WIRE_END or an errno. */
static int fill(struct wire *wire)
{
	ssize_t n;

	if (wire->len == sizeof(wire->buf))
		return WIRE_MALFORMED;
	n = recv(wire->fd, wire->buf + wire->len, sizeof(wire->buf) - wire->len, 0);
	if (n < 0)
		return errno == EAGAIN ? ETIMEDOUT : errno;
	wire->len += n;
	return n ? WIRE_OK : WIRE_END;
}

static void take(struct wire *wire, size_t n)
{
	memmove(wire->buf, wire->buf + n, wire->len - n);
	wire->len -= n;
}

static int take_head(struct wire *wire, struct answer *answer)
{
	char *end;
	size_t n;
	int err;

	while (!(end = memmem(wire->buf, wire->len, "\r\n\r\n", 4))) {
		err = fill(wire);
		if (err)
			return err == WIRE_END && wire->len ? WIRE_MALFORMED : err;
	}
	n = end + 4 - wire->buf;
	if (n >= sizeof(answer->head))
		return WIRE_MALFORMED;
	memcpy(answer->head, wire->buf, n);
	answer->head[n] = '\0';
	take(wire, n);
	/* "HTTP/1.1 200 OK" */
	if (strncmp(answer->head, "HTTP/1.1 ", 9) || strspn(answer->head + 9, "0123456789") != 3 ||
	    answer->head[12] != ' ')
		return WIRE_MALFORMED;
	answer->status = atoi(answer->head + 9);
	return WIRE_OK;
}

static int take_body(struct wire *wire, struct answer *answer)
{
	size_t left = answer->length, n;
	int err;

	while (left) {
		if (!wire->len) {
			err = fill(wire);
			if (err)
				return err == WIRE_END ? WIRE_MALFORMED : err;
		}
		n = left < wire->len ? left : wire->len;
		if (answer->kept < sizeof(answer->body) - 1) {
			size_t keep = sizeof(answer->body) - 1 - answer->kept;

			keep = keep < n ? keep : n;
			memcpy(answer->body + answer->kept, wire->buf, keep);
			answer->kept += keep;
		}
		take(wire, n);
		left -= n;
	}
	answer->body[answer->kept] = '\0';
	return WIRE_OK;
}

int wire_answer(struct wire *wire, struct answer *answer, bool head)
{
	const char *length;
	int err;

	answer->length = 0;
	answer->kept = 0;
	answer->body[0] = '\0';
	err = take_head(wire, answer);
	if (err)
		return err;
	answer->close = strcasestr(answer->head, "\r\nConnection: close\r\n");
	length = strcasestr(answer->head, "\r\nContent-Length: ");
	if (answer->status < 200 || answer->status == 204 || answer->status == 304)
		return length ? WIRE_MALFORMED : WIRE_OK;
	if (!length || !strcasestr(answer->head, "\r\nDate: "))
		return WIRE_MALFORMED;
	if (head)
		return WIRE_OK;
	answer->length = strtoul(length + 18, NULL, 10);
	return take_body(wire, answer);
}

static int now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int wire_until_close(struct wire *wire, int ms)
{
	struct pollfd poll_fd = { .fd = wire->fd, .events = POLLIN };
	int start = now_ms(), left;
	ssize_t n;

	for (;;) {
		left = start + ms - now_ms();
		if (left <= 0 || !poll(&poll_fd, 1, left))
			return -1;
		n = recv(wire->fd, wire->buf, sizeof(wire->buf), 0);
		if (n < 0)
			return -2;
		if (!n)
			return now_ms() - start;
	}
}
