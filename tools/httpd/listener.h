/* SPDX-License-Identifier: GPL-2.0-only */
/* The socket that listens, and what it accepts. */
#ifndef HTTPD_LISTENER_H
#define HTTPD_LISTENER_H

int httpd_listener_start(void);
void httpd_listener_stop(void);

/* There is room for a connection again. */
void httpd_listener_resume(void);

#endif /* HTTPD_LISTENER_H */
