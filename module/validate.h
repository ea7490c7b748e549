/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is asked of a handler before it is taken: that the code and the data a
 * call will use are where they stay. Checked once, here; a dispatch checks only
 * what can change afterwards.
 */
#ifndef HDT_VALIDATE_H
#define HDT_VALIDATE_H

#include "report.h"

struct hdt_handler;

/* 0 if it may be registered, or -errno; @fault names table, module and caller. */
int hdt_validate(const struct hdt_handler *handler, const struct module *owner,
		 struct hdt_fault *fault);
/* The length of a key that may be looked up, or -errno. */
int hdt_validate_key(const char *key, struct hdt_fault *fault);
/* Is @fn in the text that @owner keeps for as long as it is loaded? */
bool hdt_in_core_text(const void *fn, const struct module *owner);

#endif /* HDT_VALIDATE_H */
