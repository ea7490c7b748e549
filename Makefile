# SPDX-License-Identifier: GPL-2.0-only
#
# What a person types. How hdt is compiled is in Kbuild, which the kernel's
# build system prefers to this file.
#
#	KERNEL=6.12|6.1		build against Debian's kernel; fetched, not installed
#	KDIR=DIR		or any other's headers. If neither is said, those of the
#				running kernel, or if it has none, Debian's 6.12
#	INSTALL_MOD_PATH=DIR	what modules_install puts lib/modules into
#	HDT_CACHE=DIR		where kernels and builds are kept (~/.cache/hdt)

running := $(if $(KERNEL),,$(wildcard /lib/modules/$(shell uname -r)/build))
KDIR ?= $(or $(running),$(shell tools/kernel headers $(or $(KERNEL),6.12)))

.PHONY: all modules modules_install clean check test test-all coverage fuzz demo shell bench plots docs tools_install dkms-install help
.DEFAULT_GOAL := all

all: modules ## build hdt.ko (the default)

modules: kdir
	$(MAKE) -C "$(kdir)" M="$(CURDIR)" modules

modules_install: kdir ## put hdt.ko where modprobe finds it: KDIR=... [INSTALL_MOD_PATH=...]
	$(MAKE) -C "$(kdir)" M="$(CURDIR)" modules_install

clean: kdir ## remove what was built
	$(MAKE) -C "$(kdir)" M="$(CURDIR)" clean

# Asked once, and only by the targets that need it.
.PHONY: kdir
kdir:
	$(eval kdir := $(KDIR))
	@test -e "$(kdir)/Makefile" || { \
		echo "make: no kernel headers in '$(kdir)'. Debian's can be fetched, without installing anything:" >&2; \
		echo "make:     make KDIR=\$$(tools/kernel headers 6.12)" >&2; exit 1; }

check: ## style, documentation, static analysis, every compiler's warnings
	tools/setup check
	tools/check

test: ## every ring of tests: refusals, KUnit in UML, modules in QEMU
	tools/setup test
	tools/test

test-all: ## and those that take hours: the fuzzer, coverage, kernels that check more
	tools/setup test check kernels
	tools/test --all

coverage: ## which lines of hdt the KUnit suites run
	tools/setup test
	tools/coverage

fuzz: ## random operations on hdt and on a model, in User-mode Linux
	tools/setup test
	kunit/fuzz

demo: ## build hdt and three modules that use it, and watch them in a guest
	tools/demo/run

shell: ## a shell in that guest
	tools/shell

docs: ## the manual, as HTML
	tools/setup docs
	tools/docs

bench: ## measure hdt beside what the kernel has instead: tools/bench/run --help
	tools/setup test
	tools/bench/run

plots: ## draw what was recorded in Documentation/data, into Documentation/plots
	tools/setup plots
	tools/bench/plots

# hdt finds its modules beside the file that its link leads to.
PREFIX ?= /usr/local
tools_install: ## the command hdt, its manual and completion: [PREFIX=/usr/local] [DESTDIR=...]
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/hdt/hdt_cli
	install -m 755 tools/hdt $(DESTDIR)$(PREFIX)/lib/hdt/
	install -m 644 tools/hdt_cli/*.py $(DESTDIR)$(PREFIX)/lib/hdt/hdt_cli/
	ln -sf ../lib/hdt/hdt $(DESTDIR)$(PREFIX)/bin/hdt
	install -D -m 644 tools/man/hdt.1 $(DESTDIR)$(PREFIX)/share/man/man1/hdt.1
	install -D -m 644 tools/completion/hdt $(DESTDIR)$(PREFIX)/share/bash-completion/completions/hdt

dkms-install: ## have DKMS build and install hdt for the running kernel
	tools/dkms-install

help: ## this list
	@sed -n 's/^\([a-z_-]*\):[^#]*## /\1\t/p' Makefile | expand -t 18
	@sed -n '6,10s/^#	/  /p' Makefile | expand
