// SPDX-License-Identifier: GPL-2.0-only
#include "chars.h"

#define T HTTP_C_TOKEN
#define R HTTP_C_TARGET
#define V HTTP_C_VALUE
#define H HTTP_C_HOST

const u8 http_chars[256] = {
	['\t'] = V, [' '] = V,
	['!'] = T | R | V | H, ['"'] = V, ['#'] = T | V, ['$'] = T | R | V | H,
	['%'] = T | R | V | H, ['&'] = T | R | V | H, ['\''] = T | R | V | H,
	['('] = R | V | H, [')'] = R | V | H, ['*'] = T | R | V | H, ['+'] = T | R | V | H,
	[','] = R | V | H, ['-'] = T | R | V | H, ['.'] = T | R | V | H, ['/'] = R | V,
	['0' ... '9'] = T | R | V | H, [':'] = R | V | H, [';'] = R | V | H, ['<'] = V,
	['='] = R | V | H, ['>'] = V, ['?'] = R | V, ['@'] = R | V,
	['A' ... 'Z'] = T | R | V | H, ['['] = R | V | H, ['\\'] = V, [']'] = R | V | H,
	['^'] = T | V, ['_'] = T | R | V | H, ['`'] = T | V,
	['a' ... 'z'] = T | R | V | H, ['{'] = V, ['|'] = T | V, ['}'] = V,
	['~'] = T | R | V | H,
	[0x80 ... 0xff] = V,
};
