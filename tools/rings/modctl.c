// SPDX-License-Identifier: GPL-2.0-only
/*
 * Load and unload modules, fast, and with the errno for an answer.
 *
 *	modctl load FILE [PARAMETERS]	prints 0 or the errno's name
 *	modctl unload NAME [force]	the same
 *	modctl cycle COUNT SECONDS FILE...	load and unload one after the other
 *					until one of the limits; prints how often
 *
 * A file is NAME.ko. One that does not load in a cycle counts all the same, if
 * it fails with ENODEV; anything else ends the cycles with an error.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int load(const char *file, const char *parameters)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return errno;
	err = syscall(SYS_finit_module, fd, parameters, 0) ? errno : 0;
	close(fd);
	return err;
}

static int unload(const char *name, int flags)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK | flags) ? errno : 0;
}

static int print(int err)
{
	puts(err ? strerrorname_np(err) : "0");
	return 0;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static int cycle(long count, double seconds, char **files, int nr)
{
	double start = now();
	long done;

	for (done = 0; done < count && now() - start < seconds; done++) {
		const char *file = files[done % nr], *base = strrchr(file, '/');
		char name[64];
		int err;

		base = base ? base + 1 : file;
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(base, "."), base);
		err = load(file, "");
		if (err == ENODEV)
			continue;
		if (!err)
			err = unload(name, 0);
		if (err) {
			printf("%s: %s, after %ld\n", name, strerrorname_np(err), done);
			return 1;
		}
	}
	printf("cycles=%ld\nseconds=%.0f\n", done, now() - start);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc >= 3 && !strcmp(argv[1], "load"))
		return print(load(argv[2], argc > 3 ? argv[3] : ""));
	if (argc >= 3 && !strcmp(argv[1], "unload"))
		return print(unload(argv[2], argc > 3 ? O_TRUNC : 0));
	if (argc >= 5 && !strcmp(argv[1], "cycle"))
		return cycle(atol(argv[2]), atof(argv[3]), argv + 4, argc - 4);
	fprintf(stderr, "usage: see modctl.c\n");
	return 2;
}
