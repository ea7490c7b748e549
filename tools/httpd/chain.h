/* SPDX-License-Identifier: GPL-2.0-only */
/* The strcmp() chain: what servers have that never meet a table. */
#ifndef HTTPD_CHAIN_H
#define HTTPD_CHAIN_H

#include "http.h"

int http_chain_call(struct http_request *req, struct http_response *resp, int *ret);

#endif /* HTTPD_CHAIN_H */
