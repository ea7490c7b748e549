// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/printk.h>

#include "limits.h"

char *httpd_address = "127.0.0.1";
module_param_named(address, httpd_address, charp, 0444);
MODULE_PARM_DESC(address, "address to listen on (127.0.0.1: this machine alone)");

unsigned short httpd_port = 8080;
module_param_named(port, httpd_port, ushort, 0444);
MODULE_PARM_DESC(port, "port to listen on (8080)");

unsigned int httpd_threads = 64;
module_param_named(threads, httpd_threads, uint, 0444);
MODULE_PARM_DESC(threads, "requests that are worked on at once (64)");

unsigned int httpd_connections = 4096;
module_param_named(connections, httpd_connections, uint, 0644);
MODULE_PARM_DESC(connections, "connections at once; those beyond get a 503 (4096)");

unsigned int httpd_idle_ms = 60000;
module_param_named(idle_ms, httpd_idle_ms, uint, 0644);
MODULE_PARM_DESC(idle_ms, "how long a connection may be without a request (60000)");

unsigned int httpd_head_ms = 10000;
module_param_named(head_ms, httpd_head_ms, uint, 0644);
MODULE_PARM_DESC(head_ms, "how long a request's head may take from its first byte (10000)");

unsigned int httpd_body_ms = 30000;
module_param_named(body_ms, httpd_body_ms, uint, 0644);
MODULE_PARM_DESC(body_ms, "how long a request's body may take (30000)");

unsigned int httpd_send_ms = 30000;
module_param_named(send_ms, httpd_send_ms, uint, 0644);
MODULE_PARM_DESC(send_ms, "how long a client may take nothing of its response (30000)");

unsigned int httpd_linger_ms = 2000;
module_param_named(linger_ms, httpd_linger_ms, uint, 0644);
MODULE_PARM_DESC(linger_ms, "how long a closed connection waits for the client's end (2000)");

struct http_limits httpd_limits = {
	.target_max = 4096,
	.head_max = 8192,
	.body_max = 1 << 20,
};
module_param_named(target_max, httpd_limits.target_max, ulong, 0444);
MODULE_PARM_DESC(target_max, "bytes of a request target (4096)");
module_param_named(head_max, httpd_limits.head_max, ulong, 0444);
MODULE_PARM_DESC(head_max, "bytes of a request's head (8192)");
module_param_named(body_max, httpd_limits.body_max, ulong, 0444);
MODULE_PARM_DESC(body_max, "bytes of a request's body (1048576)");

#define SIZE_MAX_ALLOWED	(64UL << 20)

int httpd_limits_check(void)
{
	if (httpd_threads && httpd_connections && httpd_limits.target_max &&
	    httpd_limits.head_max >= 256 && httpd_limits.head_max <= SIZE_MAX_ALLOWED &&
	    httpd_limits.body_max <= SIZE_MAX_ALLOWED)
		return 0;
	pr_err("threads and connections must not be 0, head_max is 256 to %lu, body_max at most that\n",
	       SIZE_MAX_ALLOWED);
	return -EINVAL;
}
