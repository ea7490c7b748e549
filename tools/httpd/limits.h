/* SPDX-License-Identifier: GPL-2.0-only */
/* What an administrator decides: module parameters, and nothing else. */
#ifndef HTTPD_LIMITS_H
#define HTTPD_LIMITS_H

#include "parse.h"

extern char *httpd_address;
extern unsigned short httpd_port;
extern unsigned int httpd_threads;
extern unsigned int httpd_connections;
extern unsigned int httpd_idle_ms;
extern unsigned int httpd_head_ms;
extern unsigned int httpd_body_ms;
extern unsigned int httpd_send_ms;
extern unsigned int httpd_linger_ms;
extern struct http_limits httpd_limits;

/* 0, or -EINVAL for what makes no sense. */
int httpd_limits_check(void);

#endif /* HTTPD_LIMITS_H */
