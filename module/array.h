/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory for what grows by copying: a power of two of elements behind a header. */
#ifndef HDT_ARRAY_H
#define HDT_ARRAY_H

#include <linux/types.h>

/* Zeroed; NULL if there is none. Context: process context, may sleep. */
void *hdt_array_alloc(size_t size);
/* Context: any but NMI. */
void hdt_array_free(void *array, size_t size);

#endif /* HDT_ARRAY_H */
