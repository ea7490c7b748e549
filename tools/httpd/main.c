// SPDX-License-Identifier: GPL-2.0-only
/*
 * hdt_httpd - an HTTP/1.1 server whose routes other modules register with hdt.
 * See Documentation/httpd.rst.
 */
#include <linux/module.h>

#include "conn.h"
#include "dispatch.h"
#include "limits.h"
#include "listener.h"

static int __init httpd_init(void)
{
	int err;

	err = httpd_limits_check();
	if (err)
		return err;
	err = httpd_dispatch_init();
	if (err)
		return err;
	err = httpd_conns_init();
	if (err)
		goto err_dispatch_exit;
	err = httpd_listener_start();
	if (err)
		goto err_conns_exit;
	return 0;

err_conns_exit:
	httpd_conns_exit();
err_dispatch_exit:
	httpd_dispatch_exit();
	return err;
}
module_init(httpd_init);

static void __exit httpd_exit(void)
{
	httpd_listener_stop();
	httpd_conns_exit();
	httpd_dispatch_exit();
}
module_exit(httpd_exit);

MODULE_DESCRIPTION("hdt: an HTTP server with routes in an hdt table");
MODULE_IMPORT_NS(HDT);
MODULE_LICENSE("GPL");
