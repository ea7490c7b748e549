// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bitops.h>
#include <linux/jiffies.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/spinlock.h>
#include <linux/tcp.h>
#include <linux/timekeeping.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "conn.h"
#include "dispatch.h"
#include "limits.h"
#include "listener.h"
#include "stats.h"

/* Connections beyond the limit that are told so at one time. */
#define OVER_MAX	64
/* Requests of one connection before others get their turn. */
#define TURN		32
/* What a client may still send after our end, before it is cut off. */
#define LINGER_BYTES	(256UL << 10)
/* A response's buffer that is kept for the next one. */
#define KEEP_BYTES	(16UL << 10)
/* How often somebody looks for connections that waited for too long. */
#define SWEEP_MS	200
/* How long requests get to end when the server goes. */
#define STOP_MS		2000

enum state {
	RECEIVING,
	SENDING,
	LINGERING,	/* our end is sent; what comes is dropped until theirs */
	CLOSED,
};

enum { EXPIRED };	/* bits of flags */

struct conn {
	struct kref ref;		/* one until closed, one while the work is queued */
	struct work_struct work;
	struct list_head node;		/* conns_lock */
	struct socket *sock;
	unsigned long flags;
	unsigned long deadline;		/* jiffies; the sweeper reads it */
	void (*old_data_ready)(struct sock *sk);
	void (*old_state_change)(struct sock *sk);
	void (*old_write_space)(struct sock *sk);

	/* What follows is the work's, of which there is one at a time. */
	enum state state;
	enum http_phase phase;		/* that the deadline is for */
	bool corked;			/* a response waits for the next one */
	char *buf;
	size_t size, start, len;	/* the message begins at start */
	size_t sent;			/* bytes of the response */
	size_t drained;			/* while lingering */
	time64_t date_of;
	char date[HTTP_DATE_SIZE];
	struct httpd_worker worker;
	struct http_exchange x;
};

static LIST_HEAD(conns);
static unsigned int nr_conns;
static DEFINE_SPINLOCK(conns_lock);	/* both */
static DECLARE_WAIT_QUEUE_HEAD(all_gone);
static struct workqueue_struct *workers;
static bool stopping, aborting;

static void conn_free(struct kref *ref)
{
	struct conn *conn = container_of(ref, struct conn, ref);

	httpd_worker_release(&conn->worker);
	http_exchange_free(&conn->x);
	kvfree(conn->buf);
	kvfree(conn);
}

static void kick(struct conn *conn)
{
	kref_get(&conn->ref);
	if (!queue_work(workers, &conn->work))
		kref_put(&conn->ref, conn_free);
}

static void set_deadline(struct conn *conn, unsigned int ms)
{
	WRITE_ONCE(conn->deadline, jiffies + msecs_to_jiffies(ms));
}

static bool expired(const struct conn *conn)
{
	return time_after(jiffies, READ_ONCE(conn->deadline));
}

/* ---- what the socket says: in softirq, so that all is left to the work -------- */

static void kick_by(struct sock *sk)
{
	struct conn *conn;

	read_lock_bh(&sk->sk_callback_lock);
	conn = sk->sk_user_data;
	if (conn)
		kick(conn);
	read_unlock_bh(&sk->sk_callback_lock);
}

static void write_space(struct sock *sk)
{
	if (!sk_stream_is_writeable(sk))
		return;
	clear_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
	kick_by(sk);
}

static void take_callbacks(struct conn *conn)
{
	struct sock *sk = conn->sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	conn->old_data_ready = sk->sk_data_ready;
	conn->old_state_change = sk->sk_state_change;
	conn->old_write_space = sk->sk_write_space;
	sk->sk_data_ready = kick_by;
	sk->sk_state_change = kick_by;
	sk->sk_write_space = write_space;
	sk->sk_user_data = conn;
	write_unlock_bh(&sk->sk_callback_lock);
}

static void give_back_callbacks(struct conn *conn)
{
	struct sock *sk = conn->sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	sk->sk_data_ready = conn->old_data_ready;
	sk->sk_state_change = conn->old_state_change;
	sk->sk_write_space = conn->old_write_space;
	sk->sk_user_data = NULL;
	write_unlock_bh(&sk->sk_callback_lock);
}

/* ---- the end of a connection --------------------------------------------------- */

static void close_conn(struct conn *conn)
{
	bool last;

	conn->state = CLOSED;
	give_back_callbacks(conn);
	sock_release(conn->sock);
	httpd_count(HTTPD_CLOSED);
	spin_lock(&conns_lock);
	list_del(&conn->node);
	last = !--nr_conns;
	spin_unlock(&conns_lock);
	if (last)
		wake_up_all(&all_gone);
	httpd_listener_resume();
	kref_put(&conn->ref, conn_free);	/* not the last: the work has one */
}

/* A close with bytes unread would be a reset, and the response might be lost. */
static void linger(struct conn *conn)
{
	kernel_sock_shutdown(conn->sock, SHUT_WR);
	conn->state = LINGERING;
	conn->drained = 0;
	set_deadline(conn, httpd_linger_ms);
}

/* ---- steps: true if there may be more to do at once --------------------------------- */

static const char *date(struct conn *conn)
{
	time64_t now = ktime_get_real_seconds();

	if (now != conn->date_of) {
		conn->date_of = now;
		http_date(conn->date, now);
	}
	return conn->date;
}

static void begin_sending(struct conn *conn)
{
	conn->state = SENDING;
	conn->sent = 0;
	set_deadline(conn, httpd_send_ms);
}

static bool refuse(struct conn *conn, int status)
{
	http_exchange_refuse(&conn->x, status, date(conn));
	httpd_count_status(status);
	begin_sending(conn);
	return true;
}

static bool answer(struct conn *conn)
{
	httpd_count(HTTPD_REQUESTS);
	if (READ_ONCE(stopping))
		conn->x.keep_alive = false;
	http_exchange_answer(&conn->x, &conn->worker, date(conn));
	httpd_count_status(conn->x.status);
	begin_sending(conn);
	return true;
}

/* The deadline goes with the phase, and not with each byte of a slow client. */
static void set_phase(struct conn *conn)
{
	if (conn->phase == conn->x.phase)
		return;
	conn->phase = conn->x.phase;
	switch (conn->phase) {
	case HTTP_PHASE_IDLE:
		set_deadline(conn, httpd_idle_ms);
		break;
	case HTTP_PHASE_HEAD:
		set_deadline(conn, httpd_head_ms);
		break;
	default:
		set_deadline(conn, httpd_body_ms);
	}
}

static bool resize(struct conn *conn, size_t size)
{
	char *buf = kvmalloc(size, GFP_KERNEL);

	if (!buf)
		return false;
	memcpy(buf, conn->buf + conn->start, conn->len);
	kvfree(conn->buf);
	conn->buf = buf;
	conn->size = size;
	conn->start = 0;
	return true;
}

static size_t usual_size(void)
{
	return httpd_limits.head_max + 1;
}

/* Room for one byte more, and for what is known to come. */
static bool make_room(struct conn *conn)
{
	size_t need = max(conn->x.want, conn->len + 1);

	if (conn->start + need <= conn->size)
		return true;
	if (conn->start) {
		memmove(conn->buf, conn->buf + conn->start, conn->len);
		conn->start = 0;
	}
	conn->len = http_exchange_compact(&conn->x, conn->buf, conn->len);
	need = max(conn->x.want, conn->len + 1);
	if (need <= conn->size)
		return true;
	/* A body whose length nobody knows grows by doubling; all are bounded. */
	return resize(conn, conn->x.want >= need ? need : 2 * need);
}

/* Bytes are there: >0; none yet: 0; never any more: <0. */
static int receive(struct conn *conn)
{
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL };
	struct kvec vec;
	int n;

	vec.iov_base = conn->buf + conn->start + conn->len;
	vec.iov_len = conn->size - conn->start - conn->len;
	n = kernel_recvmsg(conn->sock, &msg, &vec, 1, vec.iov_len, MSG_DONTWAIT);
	if (n > 0)
		conn->len += n;
	return n == -EAGAIN || n == -EINTR ? 0 : n ?: -EPIPE;
}

/* Go on with the body, unless it is known already that nobody wants it. */
static bool say_continue(struct conn *conn)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL };
	struct kvec vec = { (void *)text, sizeof(text) - 1 };
	int status = http_dispatch_probe(&conn->x, &conn->worker);

	if (status)
		return refuse(conn, status);
	httpd_count(HTTPD_1XX);
	/* After an answer that the client read there is room for 25 bytes. */
	if (kernel_sendmsg(conn->sock, &msg, &vec, 1, vec.iov_len) == vec.iov_len)
		return true;
	close_conn(conn);
	return false;
}

/* Responses that were held back for the next one go now: there is none yet. */
static void uncork(struct conn *conn)
{
	if (conn->corked)
		tcp_sock_set_nodelay(conn->sock->sk);
	conn->corked = false;
}

/*
 * The request is not complete, and its time is up or the server's. 0: it may go on,
 * >0: there is more to do, <0: closed.
 */
static int overdue(struct conn *conn)
{
	if (READ_ONCE(aborting)) {
		close_conn(conn);
		return -1;
	}
	if (expired(conn))
		httpd_count(HTTPD_EXPIRED);
	if (conn->phase == HTTP_PHASE_IDLE) {
		uncork(conn);
		linger(conn);
		return 1;
	}
	return expired(conn) ? refuse(conn, 408) : 0;
}

static bool step_receiving(struct conn *conn)
{
	int ret = http_exchange_feed(&conn->x, conn->buf + conn->start, conn->len);

	set_phase(conn);
	switch (ret) {
	case HTTP_DONE:
		return answer(conn);
	case HTTP_CONTINUE:
		uncork(conn);
		return say_continue(conn);
	case HTTP_MORE:
		break;
	default:
		return refuse(conn, -ret);
	}
	if (expired(conn) || READ_ONCE(stopping))
		ret = overdue(conn);
	if (ret)
		return ret > 0;
	if (!make_room(conn))
		return refuse(conn, 503);
	ret = receive(conn);
	if (ret > 0)
		return true;
	uncork(conn);
	if (ret < 0)
		close_conn(conn);
	return false;
}

/* The response is out: what now? */
static void sent_all(struct conn *conn)
{
	if (!conn->x.keep_alive) {
		linger(conn);
		return;
	}
	conn->start += conn->x.consumed;
	conn->len -= conn->x.consumed;
	if (!conn->len)
		conn->start = 0;
	/* Buffers that a body made large go as soon as they may. */
	if (conn->size > usual_size() && conn->len <= usual_size())
		resize(conn, usual_size());
	if (conn->x.resp.size > KEEP_BYTES)
		http_response_free(&conn->x.resp);
	http_exchange_reset(&conn->x);
	conn->state = RECEIVING;
	conn->phase = HTTP_PHASE_WHOLE;	/* none that is waited in: see set_phase() */
}

static bool step_sending(struct conn *conn)
{
	struct http_exchange *x = &conn->x;
	size_t body = http_exchange_body(x), left = x->head_len + body - conn->sent;
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL };
	struct kvec vec[2];
	int n, nr = 0;

	if (expired(conn) || READ_ONCE(aborting)) {
		close_conn(conn);
		return false;
	}
	if (conn->sent < x->head_len) {
		vec[nr].iov_base = x->head + conn->sent;
		vec[nr++].iov_len = x->head_len - conn->sent;
	}
	if (body) {
		size_t skip = max(conn->sent, x->head_len) - x->head_len;

		vec[nr].iov_base = x->resp.body + skip;
		vec[nr++].iov_len = body - skip;
	}
	/* With the next request here already, its response may share a segment. */
	conn->corked = x->keep_alive && conn->len > x->consumed;
	if (conn->corked)
		msg.msg_flags |= MSG_MORE;
	n = kernel_sendmsg(conn->sock, &msg, vec, nr, left);
	if (n == -EAGAIN || n == -EINTR)
		return false;
	if (n < 0) {
		close_conn(conn);
		return false;
	}
	conn->sent += n;
	set_deadline(conn, httpd_send_ms);
	if (n == left)
		sent_all(conn);
	return true;
}

static bool step_lingering(struct conn *conn)
{
	int n;

	conn->start = 0;
	conn->len = 0;
	n = receive(conn);
	if (n > 0)
		conn->drained += n;
	if (n < 0 || conn->drained > LINGER_BYTES || expired(conn) || READ_ONCE(aborting)) {
		close_conn(conn);
		return false;
	}
	return n > 0;
}

static bool step(struct conn *conn)
{
	switch (conn->state) {
	case RECEIVING:
		return step_receiving(conn);
	case SENDING:
		return step_sending(conn);
	case LINGERING:
		return step_lingering(conn);
	default:
		return false;
	}
}

static void conn_work(struct work_struct *work)
{
	struct conn *conn = container_of(work, struct conn, work);
	int steps;

	for (steps = 0; step(conn); steps++) {
		if (steps == 3 * TURN) {
			kick(conn);
			break;
		}
	}
	kref_put(&conn->ref, conn_free);
}

/* ---- all of them ----------------------------------------------------------------------- */

bool httpd_conns_room(void)
{
	return READ_ONCE(nr_conns) < READ_ONCE(httpd_connections) + OVER_MAX;
}

static struct conn *conn_alloc(struct socket *sock)
{
	struct conn *conn = kvzalloc(sizeof(*conn), GFP_KERNEL);

	if (!conn)
		return NULL;
	conn->size = usual_size();
	conn->buf = kvmalloc(conn->size, GFP_KERNEL);
	if (!conn->buf) {
		kvfree(conn);
		return NULL;
	}
	kref_init(&conn->ref);
	kref_get(&conn->ref);		/* httpd_conn_start()'s */
	INIT_WORK(&conn->work, conn_work);
	conn->sock = sock;
	conn->phase = HTTP_PHASE_WHOLE;
	http_exchange_init(&conn->x, &httpd_limits);
	return conn;
}

int httpd_conn_start(struct socket *sock)
{
	struct conn *conn = conn_alloc(sock);
	bool over;

	if (!conn) {
		sock_release(sock);
		return -ENOMEM;
	}
	httpd_count(HTTPD_ACCEPTED);
	tcp_sock_set_nodelay(sock->sk);
	set_deadline(conn, httpd_idle_ms);
	spin_lock(&conns_lock);
	over = nr_conns++ >= READ_ONCE(httpd_connections);
	spin_unlock(&conns_lock);
	if (over) {
		httpd_count(HTTPD_OVER_LIMIT);
		refuse(conn, 503);
	}
	/* From the callbacks on it may be closed, which takes it off the list. */
	spin_lock(&conns_lock);
	list_add(&conn->node, &conns);
	take_callbacks(conn);
	spin_unlock(&conns_lock);
	kick(conn);
	kref_put(&conn->ref, conn_free);
	return 0;
}

static void sweep(struct work_struct *work);
static DECLARE_DELAYED_WORK(sweeper, sweep);

static void kick_all(bool all)
{
	struct conn *conn;

	spin_lock(&conns_lock);
	list_for_each_entry(conn, &conns, node)
		if (all || expired(conn))
			kick(conn);
	spin_unlock(&conns_lock);
}

static void sweep(struct work_struct *work)
{
	kick_all(false);
	schedule_delayed_work(&sweeper, msecs_to_jiffies(SWEEP_MS));
}

int httpd_conns_init(void)
{
	workers = alloc_workqueue("httpd", WQ_UNBOUND, httpd_threads);
	if (!workers)
		return -ENOMEM;
	schedule_delayed_work(&sweeper, msecs_to_jiffies(SWEEP_MS));
	return 0;
}

void httpd_conns_exit(void)
{
	WRITE_ONCE(stopping, true);
	kick_all(true);
	if (!wait_event_timeout(all_gone, !READ_ONCE(nr_conns), msecs_to_jiffies(STOP_MS))) {
		WRITE_ONCE(aborting, true);
		kick_all(true);
		wait_event(all_gone, !READ_ONCE(nr_conns));
	}
	cancel_delayed_work_sync(&sweeper);
	destroy_workqueue(workers);
	/* A callback that came too late to find its connection may still run. */
	synchronize_rcu();
}
