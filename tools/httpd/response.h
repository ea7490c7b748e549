/* SPDX-License-Identifier: GPL-2.0-only */
/* From what a handler left to the bytes that go out. */
#ifndef HTTPD_RESPONSE_H
#define HTTPD_RESPONSE_H

#include "http.h"

/* Status line, the server's own fields, a handler's, and the empty line. */
#define HTTP_HEAD_SIZE	(HTTP_RESPONSE_FIELDS + 512)

/* What the head of a response says besides the handler's fields. */
struct http_head {
	int status;
	unsigned int minor;
	bool keep_alive;
	const char *date;	/* as of http_date() */
	size_t length;
	const char *allow;	/* or NULL */
};

void http_response_init(struct http_response *resp, size_t max);
void http_response_free(struct http_response *resp);

/* To HTTP_HEAD_SIZE bytes at @buf; returns how many of them. */
size_t http_format_head(char *buf, const struct http_head *head,
			const struct http_response *resp);

const char *http_reason(int status);
bool http_has_body(int status);

#define HTTP_DATE_SIZE	30	/* "Sun, 06 Nov 1994 08:49:37 GMT" */
void http_date(char *buf, time64_t now);

#endif /* HTTPD_RESPONSE_H */
