// SPDX-License-Identifier: GPL-2.0-only
#include <linux/gfp.h>
#include <linux/kmemleak.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "array.h"

/*
 * kvmalloc() rounds up to a power of two of pages, which for a power of two of
 * elements and a header is nearly twice what is needed. These are as many pages
 * as are needed, and still in the kernel's linear mapping, where large pages
 * save what a lookup would wait for the TLB.
 */
void *hdt_array_alloc(size_t size)
{
	void *array;

	if (size <= PAGE_SIZE)
		return kzalloc(size, GFP_KERNEL);
	array = alloc_pages_exact(size, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN | __GFP_NORETRY);
	if (!array)
		return vzalloc(size);
	/* It holds the only pointers to descriptors: to be searched for them. */
	kmemleak_alloc(array, size, 1, GFP_KERNEL);
	return array;
}

void hdt_array_free(void *array, size_t size)
{
	if (is_vmalloc_addr(array)) {
		vfree(array);
	} else if (size <= PAGE_SIZE) {
		kfree(array);
	} else {
		kmemleak_free(array);
		free_pages_exact(array, size);
	}
}
