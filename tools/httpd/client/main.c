// SPDX-License-Identifier: GPL-2.0-only
/*
 *	client [-p PORT] cases			each case of the table
 *	client [-p PORT] fuzz SEED SECONDS	cases made worse at random
 *	client [-p PORT] stall WHAT MS		see stall.c
 *	client [-p PORT] hammer PATH SECONDS CONNECTIONS STATUS...	see hammer.c
 *	client [-p PORT] count PATH CHUNKS	see count.c
 *
 * Prints lines "ok - ..." and "not ok - ...".
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "cases", run_cases },
	{ "fuzz", run_fuzz },
	{ "stall", run_stall },
	{ "hammer", run_hammer },
	{ "count", run_count },
};

void result(bool good, const char *fmt, ...)
{
	va_list args;

	fputs(good ? "ok - " : "not ok - ", stdout);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc > 2 && !strcmp(argv[1], "-p")) {
		wire_port = atoi(argv[2]);
		argc -= 2;
		argv += 2;
	}
	for (i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 2, argv + 2);
	fprintf(stderr, "usage: see main.c\n");
	return 2;
}
