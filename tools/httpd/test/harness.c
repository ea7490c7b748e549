// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pure half of the server in user space, under the address and undefined
 * behaviour sanitizers: the cases of the client's table, and millions of mutated
 * requests, fed in random pieces through buffers that are exactly as large as
 * what they hold.
 *
 *	harness SEED REQUESTS
 */
#include "../client/client.h"
#include "../exchange.h"
#include "../router.h"

static const struct http_limits limits = {
	.target_max = 4096, .head_max = 8192, .body_max = 1 << 20,
};

/* The patterns of http_test.c and http_hello.c. */
static const char * const patterns[] = {
	"GET:/hello", "GET:/hello/:name", "GET:/", "GET:/test/one/:a", "GET:/test/one/fixed",
	"GET:/test/one/:a/two/:b", "GET:/test/one/fixed/three", "GET:/test/tail/*rest",
	"GET:/test/tail/fixed/:c", "DELETE:/test/one/:a", "POST:/test/only-post",
	"POST:/test/echo", "PUT:/test/echo", "PATCH:/test/echo", "GET:/test/big/:bytes",
	"GET:/test/field", "GET:/test/status/:code", "GET:/test/split", "GET:/test/fail",
};

static struct http_router *router;
static unsigned long answered[6];
static int failures;

static void complain(struct http_slice key, const char *why)
{
	printf("# no route %.*s: %s\n", HTTP_SLICE(key), why);
}

/* A handler that reads all that it is given, so that a wrong slice is noticed. */
int http_dispatch(struct http_exchange *x, void *arg, unsigned int *allow)
{
	struct http_request *req = &x->req;
	struct http_match match;
	unsigned int i;

	if (req->method == HTTP_OPTIONS && http_is(req->path, "*"))
		return 204;
	match = http_router_match(router, req);
	if (match.route < 0) {
		*allow = match.allow;
		return !match.allow ? 404 : req->method == HTTP_OPTIONS ? 204 : 405;
	}
	http_printf(&x->resp, "path=%.*s\nquery=%.*s\nhost=%.*s\n", HTTP_SLICE(req->path),
		    HTTP_SLICE(req->query), HTTP_SLICE(req->host));
	for (i = 0; i < req->nr_params; i++)
		http_printf(&x->resp, "%.*s=%.*s\n", HTTP_SLICE(req->param[i].name),
			    HTTP_SLICE(req->param[i].value));
	for (i = 0; i < req->nr_fields; i++)
		http_printf(&x->resp, "%.*s: %.*s\n", HTTP_SLICE(req->field[i].name),
			    HTTP_SLICE(req->field[i].value));
	http_write(&x->resp, req->body.ptr, req->body.len);
	return 200;
}

int http_dispatch_probe(struct http_exchange *x, void *arg)
{
	return 0;
}

/*
 * A connection: as in conn.c, but each piece in a new buffer without a spare byte,
 * so that whoever reads beyond it or keeps a pointer into an old one is found.
 */
static int converse(const char *bytes, size_t len, unsigned long *random, int *statuses, int max)
{
	static struct http_exchange x;
	char *buf = malloc(1), *next;
	size_t have = 0, n;
	int ret, nr = 0;

	http_exchange_init(&x, &limits);
	for (;;) {
		ret = http_exchange_feed(&x, buf, have);
		if (ret == HTTP_CONTINUE)
			ret = HTTP_MORE;
		if (ret == HTTP_MORE) {
			if (!len)
				break;
			if (!(next_random(random) % 8))
				have = http_exchange_compact(&x, buf, have);
			n = 1 + next_random(random) % (next_random(random) % 4 ? 4000 : 20);
			n = n < len ? n : len;
			next = malloc(have + n);
			memcpy(next, buf, have);
			memcpy(next + have, bytes, n);
			free(buf);
			buf = next;
			have += n;
			bytes += n;
			len -= n;
			continue;
		}
		if (ret == HTTP_DONE)
			http_exchange_answer(&x, NULL, "Sun, 06 Nov 1994 08:49:37 GMT");
		else
			http_exchange_refuse(&x, -ret, "Sun, 06 Nov 1994 08:49:37 GMT");
		if (nr < max)
			statuses[nr] = x.status;
		nr++;
		answered[x.status / 100 % 6]++;
		if (x.head_len > sizeof(x.head) || memcmp(x.head + x.head_len - 4, "\r\n\r\n", 4))
			failures++;
		if (!x.keep_alive)
			break;
		have -= x.consumed;
		next = malloc(have + 1);
		memcpy(next, buf + x.consumed, have);
		free(buf);
		buf = next;
		http_exchange_reset(&x);
	}
	http_exchange_free(&x);
	free(buf);
	return nr;
}

/* Statuses as the table has them; what handlers do is the guest's business. */
static void run_table(unsigned long *random)
{
	int statuses[8], i, j, nr, round;

	for (i = 0; i < http_cases_nr; i++) {
		const struct http_case *c = &http_cases[i];
		bool good = true;
		size_t len;
		char *bytes = case_bytes(c, &len);

		for (round = 0; round < 50; round++) {
			memset(statuses, 0, sizeof(statuses));
			nr = converse(bytes, len, random, statuses, 8);
			for (j = 0; j < 8; j++) {
				bool handler = statuses[j] == 200 && c->status[j] != 200;

				good &= statuses[j] == c->status[j] ||
					(handler && (c->status[j] >= 500 || c->status[j] / 100 == 3));
			}
			good &= nr <= 8;
		}
		free(bytes);
		if (!good) {
			failures++;
			printf("not ok - %s: %d instead of %d\n", c->name, statuses[0], c->status[0]);
		}
	}
	printf("%s - %d cases, each in 50 ways of pieces\n", failures ? "not ok" : "ok", http_cases_nr);
}

static void run_mutations(unsigned long *random, unsigned long requests)
{
	unsigned long i, nr = 0;
	int before = failures;

	for (i = 0; i < requests; i++) {
		const struct http_case *c = &http_cases[next_random(random) % http_cases_nr];
		size_t len;
		char *bytes, *room;

		if (c->fill > 1000 && next_random(random) % 16)
			continue;
		bytes = case_bytes(c, &len);
		room = malloc(2 * len + 64);
		memcpy(room, bytes, len);
		len = mutate(room, len, random);
		nr += converse(room, len, random, NULL, 0);
		free(bytes);
		free(room);
	}
	printf("%s - %lu mutated requests: %lu answers, 2xx %lu, 4xx %lu, 5xx %lu\n",
	       failures > before ? "not ok" : "ok", requests, nr, answered[2], answered[4], answered[5]);
}

/* Keys of any bytes: what is no route is refused, and matching stays within bounds. */
static void run_patterns(unsigned long *random)
{
	static const char letters[] = "aab/:*/::.GET:/";
	struct http_slice keys[64];
	static struct http_request req;
	int round, i, j, matched = 0;

	for (round = 0; round < 20000; round++) {
		struct http_router *r;
		int nr = next_random(random) % 64;

		for (i = 0; i < nr; i++) {
			int len = 5 + next_random(random) % 20;
			char *key = malloc(len);

			memcpy(key, "GET:/", 5);
			for (j = 5; j < len; j++)
				key[j] = letters[next_random(random) % (sizeof(letters) - 1)];
			keys[i] = (struct http_slice){ key, len };
		}
		r = http_router_build(keys, nr, NULL);
		for (i = 0; i < nr; i++) {
			req.path = (struct http_slice){ keys[i].ptr + 4, keys[i].len - 4 };
			req.method = HTTP_GET;
			matched += http_router_match(r, &req).route >= 0;
		}
		http_router_free(r);
		while (nr)
			free((char *)keys[--nr].ptr);
	}
	printf("%s - 20000 random sets of patterns, %d matches\n", matched ? "ok" : "not ok", matched);
	failures += !matched;
}

int main(int argc, char **argv)
{
	unsigned long random = argc > 1 ? strtoul(argv[1], NULL, 0) : 1;
	unsigned long requests = argc > 2 ? strtoul(argv[2], NULL, 0) : 100000;
	struct http_slice keys[ARRAY_SIZE(patterns)];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(patterns); i++)
		keys[i] = (struct http_slice){ patterns[i], strlen(patterns[i]) };
	router = http_router_build(keys, ARRAY_SIZE(patterns), complain);
	run_table(&random);
	run_mutations(&random, requests);
	run_patterns(&random);
	http_router_free(router);
	return failures != 0;
}
