// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/inet.h>
#include <linux/net.h>
#include <linux/printk.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "conn.h"
#include "limits.h"
#include "listener.h"

#define BACKLOG	4096

static struct socket *listener;
static void (*old_data_ready)(struct sock *sk);
/* Accepting stopped for lack of room; nothing is accepted any more. */
static bool paused, closed = true;
static DEFINE_SPINLOCK(lock);	/* closed, and queueing the work */

/* What was accepted has the listener's callback, which must not outlive it. */
static void disinherit(struct sock *sk)
{
	write_lock_bh(&sk->sk_callback_lock);
	sk->sk_data_ready = old_data_ready;
	sk->sk_user_data = NULL;
	write_unlock_bh(&sk->sk_callback_lock);
}

/* As long as there are some, and room for them; the rest waits in the backlog. */
static void accept_all(struct work_struct *work)
{
	struct socket *sock;
	int err;

	for (;;) {
		if (!httpd_conns_room()) {
			WRITE_ONCE(paused, true);
			/* Pairs with smp_mb() in httpd_listener_resume(). */
			smp_mb();
			if (!httpd_conns_room())
				return;
			WRITE_ONCE(paused, false);
		}
		err = kernel_accept(listener, &sock, O_NONBLOCK);
		if (err) {
			if (err != -EAGAIN)
				pr_warn_ratelimited("cannot accept: %pe\n", ERR_PTR(err));
			return;
		}
		disinherit(sock->sk);
		err = httpd_conn_start(sock);
		if (err)
			pr_warn_ratelimited("no memory for a connection\n");
	}
}

static DECLARE_WORK(accept_work, accept_all);

static void data_ready(struct sock *sk)
{
	read_lock_bh(&sk->sk_callback_lock);
	if (sk->sk_user_data == &accept_work && sk->sk_state == TCP_LISTEN)
		queue_work(system_unbound_wq, &accept_work);
	read_unlock_bh(&sk->sk_callback_lock);
}

void httpd_listener_resume(void)
{
	/* The connection was counted off: pairs with smp_mb() in accept_all(). */
	smp_mb();
	if (!READ_ONCE(paused))
		return;
	spin_lock(&lock);
	if (!closed) {
		WRITE_ONCE(paused, false);
		queue_work(system_unbound_wq, &accept_work);
	}
	spin_unlock(&lock);
}

static int open_socket(void)
{
	struct sockaddr_storage address;
	char port[8];
	int err;

	snprintf(port, sizeof(port), "%u", httpd_port);
	err = inet_pton_with_scope(&init_net, AF_UNSPEC, httpd_address, port, &address);
	if (err) {
		pr_err("\"%s\" is not an address\n", httpd_address);
		return err;
	}
	err = sock_create_kern(&init_net, address.ss_family, SOCK_STREAM, IPPROTO_TCP, &listener);
	if (err)
		return err;
	sock_set_reuseaddr(listener->sk);
	err = kernel_bind(listener, (struct sockaddr *)&address, sizeof(address));
	if (!err)
		err = kernel_listen(listener, BACKLOG);
	if (err) {
		pr_err("cannot listen on %s port %u: %pe\n", httpd_address, httpd_port,
		       ERR_PTR(err));
		sock_release(listener);
		listener = NULL;
	}
	return err;
}

int httpd_listener_start(void)
{
	int err = open_socket();
	struct sock *sk;

	if (err)
		return err;
	closed = false;
	sk = listener->sk;
	write_lock_bh(&sk->sk_callback_lock);
	old_data_ready = sk->sk_data_ready;
	sk->sk_user_data = &accept_work;
	sk->sk_data_ready = data_ready;
	write_unlock_bh(&sk->sk_callback_lock);
	/* For whoever was faster than the callback. */
	queue_work(system_unbound_wq, &accept_work);
	return 0;
}

void httpd_listener_stop(void)
{
	disinherit(listener->sk);
	spin_lock(&lock);
	closed = true;
	spin_unlock(&lock);
	cancel_work_sync(&accept_work);
	sock_release(listener);
	listener = NULL;
}
