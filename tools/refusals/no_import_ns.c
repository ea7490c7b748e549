// SPDX-License-Identifier: GPL-2.0-only
// modpost must say: module no_import_ns uses symbol \w*hdt_\w+ from namespace HDT, but does not import it
#include <hdt/hdt.h>

static int __init refused_init(void)
{
	return PTR_ERR_OR_ZERO(hdt_table_create("refused", NULL));
}
module_init(refused_init);

MODULE_DESCRIPTION("hdt: a module that does not import hdt's namespace");
MODULE_LICENSE("GPL");
