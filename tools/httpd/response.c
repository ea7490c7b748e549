// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/time.h>

#include "response.h"

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 206, "Partial Content" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 417, "Expectation Failed" },
	{ 422, "Unprocessable Content" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 503, "Service Unavailable" },
	{ 505, "HTTP Version Not Supported" },
};

const char *http_reason(int status)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Unknown";
}

bool http_has_body(int status)
{
	return status >= 200 && status != 204 && status != 304;
}

void http_response_init(struct http_response *resp, size_t max)
{
	resp->len = 0;
	resp->max = max;
	resp->err = 0;
	resp->fields_len = 0;
	resp->typed = false;
}

void http_response_free(struct http_response *resp)
{
	kvfree(resp->body);
	resp->body = NULL;
	resp->size = 0;
	resp->len = 0;
}

static char *put(char *to, const char *text)
{
	size_t len = strlen(text);

	memcpy(to, text, len);
	return to + len;
}

static char *put_number(char *to, size_t number)
{
	char digits[20], *p = digits + sizeof(digits);

	do {
		*--p = '0' + number % 10;
		number /= 10;
	} while (number);
	memcpy(to, p, digits + sizeof(digits) - p);
	return to + (digits + sizeof(digits) - p);
}

/* By hand: vsnprintf() would take longer than all else that the server does. */
size_t http_format_head(char *buf, const struct http_head *head,
			const struct http_response *resp)
{
	char *to = put(buf, "HTTP/1.1 ");

	to = put_number(to, head->status);
	*to++ = ' ';
	to = put(to, http_reason(head->status));
	to = put(to, "\r\nDate: ");
	to = put(to, head->date);
	if (http_has_body(head->status)) {
		to = put(to, "\r\nContent-Length: ");
		to = put_number(to, head->length);
		if (!resp->typed && head->length)
			to = put(to, "\r\nContent-Type: text/plain; charset=utf-8");
	}
	if (head->allow) {
		to = put(to, "\r\nAllow: ");
		to = put(to, head->allow);
	}
	if (head->status == 503)
		to = put(to, "\r\nRetry-After: 1");
	if (!head->keep_alive)
		to = put(to, "\r\nConnection: close");
	else if (!head->minor)
		to = put(to, "\r\nConnection: keep-alive");
	to = put(to, "\r\n");
	memcpy(to, resp->fields, resp->fields_len);
	to += resp->fields_len;
	to = put(to, "\r\n");
	return to - buf;
}

static char *put_two(char *to, int number)
{
	*to++ = '0' + number / 10;
	*to++ = '0' + number % 10;
	return to;
}

/* HTTP_DATE_SIZE bytes at @buf, a NUL included. */
void http_date(char *buf, time64_t now)
{
	static const char days[] = "Sun, Mon, Tue, Wed, Thu, Fri, Sat, ";
	static const char months[] = " Jan  Feb  Mar  Apr  May  Jun  Jul  Aug  Sep  Oct  Nov  Dec ";
	struct tm tm;
	char *to = buf;

	time64_to_tm(now, 0, &tm);
	memcpy(to, days + 5 * tm.tm_wday, 5);
	to = put_two(to + 5, tm.tm_mday);
	memcpy(to, months + 5 * tm.tm_mon, 5);
	to = put_number(to + 5, tm.tm_year + 1900);
	*to++ = ' ';
	to = put_two(to, tm.tm_hour);
	*to++ = ':';
	to = put_two(to, tm.tm_min);
	*to++ = ':';
	to = put_two(to, tm.tm_sec);
	memcpy(to, " GMT", sizeof(" GMT"));
}
