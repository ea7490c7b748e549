/* SPDX-License-Identifier: GPL-2.0-only */
/* A module's records by hand, for an assembler of any 64-bit machine. */
	.file	"record.c"
	.text
	.balign 16
handler:
	.type handler, STT_FUNC
	.quad 0
	.size handler, . - handler

	.section .modinfo, "a"
	.asciz "license=GPL"
	.asciz "alias=hdt-byhand"

	.section .rodata.str, "a"
table:	.asciz "byhand"
key:	.asciz "key"
name:	.asciz "sig"
params:	.asciz ", unsigned int n"
ret:	.asciz "struct thing *"
uint:	.asciz "unsigned int"

	.section .rodata, "a"
	.balign 8
sig:	.quad name, params
	.long 2, 0
	.quad 0, ret
	.quad 'j', uint
	.zero 5 * 16

	.section .data.rel.ro, "aw"
	.balign 8
handlers:
	.quad sig, key, handler, 0
	.long 1, 640
	.quad 0, 0, handler + 4

	.section .hdt_provides, "aw"
	.balign 8
	.quad table, handlers
	.long 1, 64
