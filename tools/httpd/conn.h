/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A connection: a socket that never blocks, and a work item that does what there
 * is to do whenever the socket, the clock or the end of the server says so.
 */
#ifndef HTTPD_CONN_H
#define HTTPD_CONN_H

#include <linux/net.h>

/* Takes the socket over, whatever it returns. */
int httpd_conn_start(struct socket *sock);

/* How many there may be more: beyond the limit a few that are told 503. */
bool httpd_conns_room(void);

int httpd_conns_init(void);

/*
 * End them all: those without a request at once, others when they have answered
 * the one that they are at, or after a while in any case. Handlers are waited for.
 */
void httpd_conns_exit(void);

#endif /* HTTPD_CONN_H */
