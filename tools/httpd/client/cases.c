// SPDX-License-Identifier: GPL-2.0-only
/*
 * Conformance, as a table. Each case is sent whole, in random pieces and byte by
 * byte, and must have the same answers each time. Where the server keeps the
 * connection, a request of the usual kind must work after it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

#define CASE(_name, _bytes, ...) \
	{ .name = _name, .bytes = _bytes, .len = sizeof(_bytes) - 1, __VA_ARGS__ }
#define H "Host: localhost\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" H "\r\n"

/* Routes are those of http_hello.c and http_test.c. */
const struct http_case http_cases[] = {
	/* ---- the ordinary ---- */
	CASE("GET", GET("/hello"), .status = { 200 }, .has = "Hello, world!\n"),
	CASE("an answer has a date", GET("/hello"), .status = { 200 }, .has = " GMT\r\n"),
	CASE("a handler's field", "GET /test/field HTTP/1.1\r\n" H "X-Test: \t a b \t\r\n\r\n",
	     .status = { 200 }, .has = "a b\n"),
	CASE("a handler's own type", GET("/test/field"), .status = { 200 },
	     .has = "Content-Type: text/x-test\r\n", .lacks = "text/plain"),
	CASE("HEAD has the length of GET and no body", "HEAD /hello HTTP/1.1\r\n" H "\r\n",
	     .status = { 200 }, .heads = 1, .has = "Content-Length: 14\r\n", .lacks = "Hello"),
	CASE("HEAD of nothing", "HEAD /none HTTP/1.1\r\n" H "\r\n", .status = { 404 }, .heads = 1),
	CASE("a query", GET("/?a=1&b=%20?"), .status = { 200 }, .has = "query=a=1&b=%20?\n"),
	CASE("a response of a megabyte", GET("/test/big/1048576"), .status = { 200 },
	     .has = "Content-Length: 1048576\r\n"),
	CASE("a response too large", GET("/test/big/4194305"), .status = { 500 }, .lacks = "xxx"),
	CASE("a handler that fails", GET("/test/fail"), .status = { 500 }),
	CASE("a handler with a status", GET("/test/status/302"), .status = { 302 }),
	CASE("a status without a body", GET("/test/status/304"), .status = { 304 }),
	CASE("a status that is none", GET("/test/status/99"), .status = { 500 }),
	CASE("a field that would split the response", GET("/test/split"), .status = { 500 },
	     .lacks = "X-More"),
	/* ---- routes ---- */
	CASE("a parameter", GET("/test/one/42"), .status = { 200 },
	     .has = "a=42\nroute=GET:/test/one/:a\n"),
	CASE("literal goes before a parameter", GET("/test/one/fixed"), .status = { 200 },
	     .has = "route=GET:/test/one/fixed\n"),
	CASE("back to the parameter", GET("/test/one/fixed/two/b"), .status = { 200 },
	     .has = "a=fixed\nb=b\nroute=GET:/test/one/:a/two/:b\n"),
	CASE("a literal for longer", GET("/test/one/fixed/three"), .status = { 200 },
	     .has = "route=GET:/test/one/fixed/three\n"),
	CASE("an empty parameter is none", GET("/test/one/"), .status = { 404 }),
	CASE("a tail", GET("/test/tail/x/y/z"), .status = { 200 }, .has = "rest=x/y/z\n"),
	CASE("an empty tail", GET("/test/tail/"), .status = { 200 }, .has = "rest=\n"),
	CASE("no tail without its slash", GET("/test/tail"), .status = { 404 }),
	CASE("back to the tail", GET("/test/tail/fixed/a/b"), .status = { 200 },
	     .has = "rest=fixed/a/b\n"),
	CASE("a parameter goes before a tail", GET("/test/tail/fixed/c"), .status = { 200 },
	     .has = "c=c\nroute=GET:/test/tail/fixed/:c\n"),
	CASE("404", GET("/none"), .status = { 404 }),
	CASE("405 says what is allowed", "DELETE /hello HTTP/1.1\r\n" H "\r\n", .status = { 405 },
	     .has = "Allow: GET, HEAD, OPTIONS\r\n"),
	CASE("405 with all methods of the path", "PATCH /test/one/1 HTTP/1.1\r\n" H "\r\n",
	     .status = { 405 }, .has = "Allow: GET, HEAD, DELETE, OPTIONS\r\n"),
	CASE("405 to HEAD without GET", "HEAD /test/only-post HTTP/1.1\r\n" H "\r\n",
	     .status = { 405 }, .heads = 1, .has = "Allow: POST, OPTIONS\r\n"),
	CASE("OPTIONS of a path", "OPTIONS /test/one/1 HTTP/1.1\r\n" H "\r\n", .status = { 204 },
	     .has = "Allow: GET, HEAD, DELETE, OPTIONS\r\n"),
	CASE("OPTIONS of the server", "OPTIONS * HTTP/1.1\r\n" H "\r\n", .status = { 204 },
	     .has = "Allow: GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS\r\n"),
	CASE("40 segments match a tail", GET("/test/tail/1/2/3/4/5/6/7/8/9/1/2/3/4/5/6/7/8/9/1/2/3/4/5/6/7/8/9/1/2/3/4/5/6/7/8/9/1/2"),
	     .status = { 200 }, .has = "rest=1/2/"),
	/* ---- paths ---- */
	CASE("decoded", GET("/test/one/a%20b%C3%A9"), .status = { 200 }, .has = "a=a b\303\251\n"),
	CASE("decoded once", GET("/test/one/%2541"), .status = { 200 }, .has = "a=%41\n"),
	CASE("an encoded literal", GET("/%68ello"), .status = { 200 }),
	CASE("an encoded slash", GET("/test/one/a%2Fb"), .status = { 400 }, .close = true),
	CASE("an encoded NUL", GET("/test/one/a%00b"), .status = { 400 }, .close = true),
	CASE("an encoded line end", GET("/test/one/a%0d%0ab"), .status = { 400 }, .close = true),
	CASE("half an encoding", GET("/test/one/%4"), .status = { 400 }, .close = true),
	CASE("no encoding", GET("/test/one/%zz"), .status = { 400 }, .close = true),
	CASE("dots", GET("/./test/../hello"), .status = { 200 }),
	CASE("encoded dots", GET("/test/%2e%2E/hello/%2e"), .status = { 404 }),
	CASE("dots at the end", GET("/hello/x/.."), .status = { 404 }),
	CASE("out of the root", GET("/.."), .status = { 400 }, .close = true),
	CASE("out of the root, encoded", GET("/a/%2e%2e/%2e%2e/etc"), .status = { 400 }, .close = true),
	CASE("empty segments", GET("//hello"), .status = { 200 }),
	CASE("a slash at the end", GET("/hello/"), .status = { 404 }),
	CASE("a fragment", GET("/hello#x"), .status = { 400 }, .close = true),
	CASE("a byte that has to be encoded", GET("/hello/\303\251"), .status = { 400 }, .close = true),
	CASE("an absolute target", "GET http://example.org:80/?q HTTP/1.1\r\n" H "\r\n",
	     .status = { 200 }, .has = "query=q\nhost=example.org:80\n"),
	CASE("an absolute target without a path", "GET http://example.org HTTP/1.1\r\n" H "\r\n",
	     .status = { 200 }, .has = "path=/\nquery=\nhost=example.org\n"),
	CASE("an absolute target without a host", "GET http:///x HTTP/1.1\r\n" H "\r\n",
	     .status = { 400 }, .close = true),
	CASE("a user in the target", "GET http://a@b/ HTTP/1.1\r\n" H "\r\n", .status = { 400 }, .close = true),
	CASE("a target that is no path", "GET hello HTTP/1.1\r\n" H "\r\n", .status = { 400 }, .close = true),
	CASE("an asterisk for GET", "GET * HTTP/1.1\r\n" H "\r\n", .status = { 400 }, .close = true),
	CASE("414", GET("/\1"), .fill = 4200, .status = { 414 }, .close = true),
	/* ---- connections ---- */
	CASE("pipelined", GET("/hello") GET("/none") GET("/test/one/3") "HEAD /hello HTTP/1.1\r\n" H "\r\n" GET("/hello/x"),
	     .status = { 200, 404, 200, 200, 200 }, .heads = 8, .has = "Hello, x!\n"),
	CASE("pipelined after a body", "POST /test/echo HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nhello" GET("/hello"),
	     .status = { 200, 200 }),
	CASE("Connection: close", "GET /hello HTTP/1.1\r\n" H "Connection: close\r\n\r\n",
	     .status = { 200 }, .close = true, .has = "Connection: close\r\n"),
	CASE("close in a list", "GET /hello HTTP/1.1\r\n" H "Connection: x, CLOSE ,y\r\n\r\n",
	     .status = { 200 }, .close = true),
	CASE("nothing after close", "GET /hello HTTP/1.1\r\n" H "Connection: close\r\n\r\n" GET("/hello"),
	     .status = { 200 }, .close = true),
	CASE("HTTP/1.0", "GET /hello HTTP/1.0\r\n\r\n", .status = { 200 }, .close = true),
	CASE("HTTP/1.0 with keep-alive", "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
	     .status = { 200 }, .has = "Connection: keep-alive\r\n"),
	CASE("empty lines before a request", "\r\n\r\n" GET("/hello"), .status = { 200 }),
	CASE("too many of them", "\r\n\r\n\r\n\r\n\r\n" GET("/hello"), .status = { 400 }, .close = true),
	/* ---- bodies ---- */
	CASE("a body", "POST /test/echo HTTP/1.1\r\n" H "Content-Length: 11\r\n\r\nhello there", .status = { 200 }, .has = "hello there"),
	CASE("an empty body", "POST /test/echo HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\n", .status = { 200 }, .has = "Content-Length: 0\r\n"),
	CASE("a POST without a body", "POST /test/echo HTTP/1.1\r\n" H "\r\n", .status = { 200 }),
	CASE("a body for GET", "GET /hello HTTP/1.1\r\n" H "Content-Length: 4\r\n\r\nabcd", .status = { 200 }),
	CASE("a body larger than the head may be", "PUT /test/echo HTTP/1.1\r\n" H "Content-Length: 20000\r\n\r\n\1", .fill = 20000,
	     .status = { 200 }, .has = "Content-Length: 20000\r\n"),
	CASE("413", "POST /test/echo HTTP/1.1\r\n" H "Content-Length: 1048577\r\n\r\n\1", .fill = 1000, .status = { 413 }, .close = true),
	CASE("413 beyond any number", "POST /test/echo HTTP/1.1\r\n" H "Content-Length: 99999999999999999999999999\r\n\r\n", .status = { 413 }, .close = true),
	CASE("two lengths that agree", "POST /test/echo HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", .status = { 400 }, .close = true),
	CASE("two lengths that do not", "POST /test/echo HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 30\r\n\r\nabc", .status = { 400 }, .close = true),
	CASE("a list of lengths", "POST /test/echo HTTP/1.1\r\n" H "Content-Length: 3, 3\r\n\r\nabc", .status = { 400 }, .close = true),
	CASE("a signed length", "POST /test/echo HTTP/1.1\r\n" H "Content-Length: +3\r\n\r\nabc", .status = { 400 }, .close = true),
	CASE("a hexadecimal length", "POST /test/echo HTTP/1.1\r\n" H "Content-Length: 0x3\r\n\r\nabc", .status = { 400 }, .close = true),
	CASE("an empty length", "POST /test/echo HTTP/1.1\r\n" H "Content-Length:\r\n\r\n", .status = { 400 }, .close = true),
	CASE("Expect: 100-continue, with the body already there", "POST /test/echo HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n", .status = { 200 }),
	CASE("an expectation that is not known", "POST /test/echo HTTP/1.1\r\n" H "Expect: more\r\nContent-Length: 0\r\n\r\n", .status = { 417 }, .close = true),
	/* ---- chunks ---- */
	CASE("chunks", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n there\r\n0\r\n\r\n",
	     .status = { 200 }, .has = "hello there"),
	CASE("chunks of one", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: CHUNKED\r\n\r\n1\r\na\r\n1\r\nb\r\n01\r\nc\r\n00\r\n\r\n",
	     .status = { 200 }, .has = "\r\n\r\nabc"),
	CASE("chunks with extensions and trailers", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nA;x=\"y\"\r\n0123456789\r\n0;z\r\nX-Trailer: 1\r\nY: \r\n\r\n" GET("/hello"),
	     .status = { 200, 200 }),
	CASE("chunks of upper and lower case", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\nB\r\nabcdefghijk\r\n0\r\n\r\n", .status = { 200 }, .has = "9abc"),
	CASE("a chunk larger than the head may be", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n7530\r\n\1\r\n0\r\n\r\n", .fill = 30000, .status = { 200 }, .has = "Content-Length: 30000\r\n"),
	CASE("chunks and a length", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", .status = { 400 }, .close = true),
	CASE("a length and chunks", "POST /test/echo HTTP/1.1\r\n" H "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .status = { 400 }, .close = true),
	CASE("chunked twice", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .status = { 400 }, .close = true),
	CASE("501 for another coding", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", .status = { 501 }, .close = true),
	CASE("chunked not the last", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", .status = { 400 }, .close = true),
	CASE("identity", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: identity\r\n\r\n", .status = { 400 }, .close = true),
	CASE("chunks in HTTP/1.0", "POST /test/echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .status = { 400 }, .close = true),
	CASE("a size that is none", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nx\r\n", .status = { 400 }, .close = true),
	CASE("a size with 0x", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n", .status = { 400 }, .close = true),
	CASE("a blank before a size", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n 1\r\na\r\n0\r\n\r\n", .status = { 400 }, .close = true),
	CASE("a blank after a size", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n", .status = { 400 }, .close = true),
	CASE("a size beyond any number", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", .status = { 413 }, .close = true),
	CASE("a bare LF after a size", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n", .status = { 400 }, .close = true),
	CASE("a bare LF in an extension", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n1;a\nb\r\n", .status = { 400 }, .close = true),
	CASE("a chunk longer than it says", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", .status = { 400 }, .close = true),
	CASE("413 for chunks", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n100001\r\n\1", .fill = 1000, .status = { 413 }, .close = true),
	CASE("431 for trailers", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\nX: \1\r\n\r\n", .fill = 9000, .status = { 431 }, .close = true),
	/* ---- requests that are none ---- */
	CASE("no words", "\r\n\r\nhello\r\n\r\n", .status = { 400 }, .close = true),
	CASE("two words", "GET /hello\r\n\r\n", .status = { 400 }, .close = true),
	CASE("two blanks", "GET  /hello HTTP/1.1\r\n" H "\r\n", .status = { 400 }, .close = true),
	CASE("a blank at the end", "GET /hello HTTP/1.1 \r\n" H "\r\n", .status = { 400 }, .close = true),
	CASE("a tab", "GET\t/hello\tHTTP/1.1\r\n" H "\r\n", .status = { 400 }, .close = true),
	CASE("a method in lower case", "get /hello HTTP/1.1\r\n" H "\r\n", .status = { 501 }, .close = true),
	CASE("501", "BREW /hello HTTP/1.1\r\n" H "\r\n", .status = { 501 }, .close = true),
	CASE("CONNECT", "CONNECT localhost:80 HTTP/1.1\r\n" H "\r\n", .status = { 501 }, .close = true),
	CASE("TRACE", "TRACE / HTTP/1.1\r\n" H "\r\n", .status = { 501 }, .close = true),
	CASE("a method that is no token", "G@T /hello HTTP/1.1\r\n" H "\r\n", .status = { 400 }, .close = true),
	CASE("505", "GET /hello HTTP/2.0\r\n" H "\r\n", .status = { 505 }, .close = true),
	CASE("HTTP/1.7", "GET /hello HTTP/1.7\r\n" H "\r\n", .status = { 200 }),
	CASE("a version that is none", "GET /hello HTTP/11\r\n" H "\r\n", .status = { 400 }, .close = true),
	CASE("another protocol", "GET /hello RTSP/1.0\r\n" H "\r\n", .status = { 400 }, .close = true),
	CASE("HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .status = { 505 }, .close = true),
	CASE("TLS", "\26\3\1\2\0\1\0\1\374\3\3", .status = { 400 }, .close = true),
	CASE("a bare LF after the request line", "GET /hello HTTP/1.1\n" H "\r\n", .status = { 400 }, .close = true),
	CASE("a bare LF after a field", "GET /hello HTTP/1.1\r\nHost: a\n\r\n", .status = { 400 }, .close = true),
	CASE("a bare CR", "GET /hello HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", .status = { 400 }, .close = true),
	CASE("a NUL", "GET /hello HTTP/1.1\r\nX: \0\r\n" H "\r\n", .status = { 400 }, .close = true),
	/* ---- fields ---- */
	CASE("no Host", "GET /hello HTTP/1.1\r\n\r\n", .status = { 400 }, .close = true),
	CASE("two Hosts", "GET /hello HTTP/1.1\r\n" H H "\r\n", .status = { 400 }, .close = true),
	CASE("a Host that is none", "GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n", .status = { 400 }, .close = true),
	CASE("an empty Host", "GET /hello HTTP/1.1\r\nHost:\r\n\r\n", .status = { 200 }),
	CASE("a blank before a colon", "GET /hello HTTP/1.1\r\n" H "X : y\r\n\r\n", .status = { 400 }, .close = true),
	CASE("a blank before a coding's colon", "POST /test/echo HTTP/1.1\r\n" H "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", .status = { 400 }, .close = true),
	CASE("a folded line", "GET /hello HTTP/1.1\r\n" H "X: y\r\n z\r\n\r\n", .status = { 400 }, .close = true),
	CASE("a folded first line", "GET /hello HTTP/1.1\r\n X: y\r\n" H "\r\n", .status = { 400 }, .close = true),
	CASE("no colon", "GET /hello HTTP/1.1\r\n" H "hello\r\n\r\n", .status = { 400 }, .close = true),
	CASE("no name", "GET /hello HTTP/1.1\r\n" H ": x\r\n\r\n", .status = { 400 }, .close = true),
	CASE("431 for one field", "GET /hello HTTP/1.1\r\n" H "X: \1\r\n\r\n", .fill = 8500, .status = { 431 }, .close = true),
	CASE("431 for many fields", "GET /hello HTTP/1.1\r\n" H
	     "1:\r\n2:\r\n3:\r\n4:\r\n5:\r\n6:\r\n7:\r\n8:\r\n9:\r\n0:\r\n1:\r\n2:\r\n3:\r\n4:\r\n5:\r\n6:\r\n7:\r\n8:\r\n9:\r\n0:\r\n"
	     "1:\r\n2:\r\n3:\r\n4:\r\n5:\r\n6:\r\n7:\r\n8:\r\n9:\r\n0:\r\n1:\r\n2:\r\n3:\r\n4:\r\n5:\r\n6:\r\n7:\r\n8:\r\n9:\r\n0:\r\n"
	     "1:\r\n2:\r\n3:\r\n4:\r\n5:\r\n6:\r\n7:\r\n8:\r\n9:\r\n0:\r\n1:\r\n2:\r\n3:\r\n4:\r\n5:\r\n6:\r\n7:\r\n8:\r\n9:\r\n0:\r\n"
	     "1:\r\n2:\r\n3:\r\n4:\r\n\r\n", .status = { 431 }, .close = true),
};

const int http_cases_nr = sizeof(http_cases) / sizeof(http_cases[0]);

char *case_bytes(const struct http_case *c, size_t *len)
{
	char *bytes = malloc(c->len + c->fill), *mark = c->fill ? memchr(c->bytes, 1, c->len) : NULL;
	size_t before = mark - c->bytes;

	*len = c->len;
	memcpy(bytes, c->bytes, c->len);
	if (!mark)
		return bytes;
	memset(bytes + before, 'a', c->fill);
	memcpy(bytes + before + c->fill, mark + 1, c->len - before - 1);
	*len = c->len - 1 + c->fill;
	return bytes;
}
