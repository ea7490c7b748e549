// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin of QEMU (7.2 and later): what the guest executes between two markers,
 * and what it writes meanwhile. To the file of the argument out=, a line each:
 *
 *	begin		BEGIN() in modules/hdt_writes.c
 *	x PC		an instruction
 *	l PC		one that is locked, or an exchange with memory, which is
 *	w ADDRESS SIZE	a store of the instruction before
 *	end		END()
 *
 * QEMU's header is in no package of Debian 12; what is needed of it is declared
 * here.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info;

enum { NO_REGS };	/* callbacks do not look at registers */
enum { MEM_W = 2 };

typedef void (*exec_fn)(unsigned int cpu, void *data);
typedef void (*mem_fn)(unsigned int cpu, uint32_t info, uint64_t address, void *data);

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
unsigned int qemu_plugin_mem_size_shift(uint32_t info);
bool qemu_plugin_mem_is_store(uint32_t info);
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id,
					   void (*fn)(uint64_t id, struct qemu_plugin_tb *tb));
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, exec_fn fn, int flags,
					    void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, mem_fn fn, int flags, int rw,
				      void *data);
void qemu_plugin_reset(uint64_t id, void (*fn)(uint64_t id));

EXPORT int qemu_plugin_version = 1;

static FILE *out;
static uint64_t self;
static bool on;

/* nopl DISPLACEMENT(%rax): no processor minds. See modules/hdt_writes.c. */
enum marker { ARM = 0x48445400, BEGIN, END, NONE };

static enum marker marker(const uint8_t *code, size_t size)
{
	uint32_t displacement;

	if (size != 7 || memcmp(code, "\x0f\x1f\x80", 3))
		return NONE;
	memcpy(&displacement, code + 3, sizeof(displacement));
	return displacement >= ARM && displacement < NONE ? displacement : NONE;
}

/* Prefixes, one of them LOCK; or XCHG of a register and memory. */
static bool locked(const uint8_t *code, size_t size)
{
	bool lock = false;
	size_t i = 0;

	for (; i < size && memchr("\xf0\xf2\xf3\x2e\x36\x3e\x26\x64\x65\x66\x67", code[i], 11); i++)
		lock |= code[i] == 0xf0;
	if (i < size && (code[i] & 0xf0) == 0x40)
		i++;	/* REX */
	return lock || (i + 1 < size && (code[i] & 0xfe) == 0x86 && code[i + 1] < 0xc0);
}

static void executed(unsigned int cpu, void *pc)
{
	if (on)
		fprintf(out, "x %lx\n", (unsigned long)pc);
}

static void executed_locked(unsigned int cpu, void *pc)
{
	if (on)
		fprintf(out, "l %lx\n", (unsigned long)pc);
}

static void stored(unsigned int cpu, uint32_t info, uint64_t address, void *data)
{
	/* 7.2 does not look at what was asked for, and tells of loads as well. */
	if (on && qemu_plugin_mem_is_store(info))
		fprintf(out, "w %lx %u\n", (unsigned long)address,
			1U << qemu_plugin_mem_size_shift(info));
}

static void record(unsigned int cpu, void *data)
{
	fprintf(out, "begin\n");
	on = true;
}

static void stop(unsigned int cpu, void *data)
{
	on = false;
	fprintf(out, "end\n");
	fflush(out);
}

static void watch(uint64_t id, struct qemu_plugin_tb *tb)
{
	size_t i, nr = qemu_plugin_tb_n_insns(tb);

	for (i = 0; i < nr; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const uint8_t *code = qemu_plugin_insn_data(insn);
		size_t size = qemu_plugin_insn_size(insn);
		void *pc = (void *)(uintptr_t)qemu_plugin_insn_vaddr(insn);
		exec_fn fn;

		switch (marker(code, size)) {
		case BEGIN:
			fn = record;
			break;
		case END:
			fn = stop;
			break;
		default:
			fn = locked(code, size) ? executed_locked : executed;
			qemu_plugin_register_vcpu_mem_cb(insn, stored, NO_REGS, MEM_W, NULL);
		}
		qemu_plugin_register_vcpu_insn_exec_cb(insn, fn, NO_REGS, pc);
	}
}

static void armed(uint64_t id)
{
	qemu_plugin_register_vcpu_tb_trans_cb(id, watch);
}

/* All code is translated again, and watched from then on. */
static void arm(unsigned int cpu, void *data)
{
	qemu_plugin_reset(self, armed);
}

/* Until the guest is ready, which takes it billions of instructions, they cost nothing. */
static void wait_for_arm(uint64_t id, struct qemu_plugin_tb *tb)
{
	size_t i, nr = qemu_plugin_tb_n_insns(tb);

	for (i = 0; i < nr; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		if (marker(qemu_plugin_insn_data(insn), qemu_plugin_insn_size(insn)) == ARM)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, arm, NO_REGS, NULL);
	}
}

EXPORT int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc, char **argv)
{
	if (argc != 1 || strncmp(argv[0], "out=", 4))
		return -1;
	out = fopen(argv[0] + 4, "w");
	if (!out)
		return -1;
	self = id;
	qemu_plugin_register_vcpu_tb_trans_cb(id, wait_for_arm);
	return 0;
}
