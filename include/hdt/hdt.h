/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hdt - handler dispatch table: map[string]func() for kernel modules.
 *
 * A provider registers functions under string keys, a consumer calls them by
 * key or by handle, and neither needs the other at build time. What they share
 * is a header with the signature:
 *
 *	HDT_SIGNATURE(http_route, int, struct http_request *, req,
 *		      struct http_response *, resp)
 *
 * Provider:
 *
 *	static int home(void *ctx, struct http_request *req,
 *			struct http_response *resp) { ... }
 *
 *	static const struct hdt_handler handlers[] = {
 *		HDT_HANDLER(http_route, "GET:/", home),
 *	};
 *	module_hdt_handlers("http", handlers);
 *
 * Consumer:
 *
 *	struct hdt_table *table = hdt_table_create("http", NULL);
 *	int ret, err;
 *
 *	err = http_route_call(table, "GET:/", &ret, req, resp);
 *
 * err is the dispatch's status, ret what the handler returned. All functions
 * that a signature generates:
 *
 *	NAME_register(table, key, fn, ctx)		0 or -errno
 *	NAME_register_opts(table, key, fn, ctx, &opts)
 *	NAME_replace(table, key, version, fn, ctx)	see hdt_version()
 *	NAME_replace_opts(table, key, version, fn, ctx, &opts)
 *	NAME_get(table, key), NAME_get_key(table, &key)	a NAME_handle
 *	NAME_call(table, key, &ret, ...)
 *	NAME_call_n(table, bytes, len, &ret, ...)
 *	NAME_call_key(table, &key, &ret, ...)
 *	NAME_call_handle(table, handle, &ret, ...)
 *	hdt_call_site(NAME, site, table, &ret, ...)	see HDT_CALL_SITE()
 *
 * Contexts
 *
 *	An atomic table (the default) may be called from any context but NMI;
 *	its handlers run under RCU and must not sleep. A sleepable table may be
 *	called where sleeping is allowed. A consumer in process context need not
 *	know which it has. Everything that registers or waits needs process
 *	context, unless its Context: section says otherwise.
 *
 * Guarantees: G1 to G7, in Documentation/guarantees.rst. In short: a call runs
 * one whole handler or none; after a waiting removal none of it runs any more;
 * what a call uses stays until it returns, also across rmmod; a handle that
 * outlived its handler fails; a dispatch that does not match is refused.
 *
 * A refused dispatch returns
 *
 *	-EINVAL		bad argument, empty key, a key with a NUL
 *	-ENAMETOOLONG	key longer than 255 bytes
 *	-ENOENT		no such key, or (by key) the table was destroyed
 *	-EPROTOTYPE	the handler has another signature
 *	-ESTALE		the handle's handler is gone, or its table
 *	-EKEYREJECTED	the descriptor was overwritten; reported
 *	-EALREADY	a once handler that another caller took
 *	-ENODEV		the handler's module is being unloaded
 *	-EOPNOTSUPP	NMI, or a sleepable table where sleeping is not allowed
 *	-EOVERFLOW	less kernel stack left than the handler needs
 *	-EBUSY		an exclusive handler is busy and this caller may not wait
 *
 * Modules that use hdt say MODULE_IMPORT_NS(HDT).
 */
#ifndef HDT_HDT_H
#define HDT_HDT_H

#include <linux/err.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>

#include <hdt/dispatch.h>
#include <hdt/signature.h>
#include <hdt/site.h>
#include <hdt/types.h>

/**
 * HDT_SIGNATURE() - declare a function type and generate its typed API
 * @name: prefix of everything that is generated
 * @ret: type returned; see HDT_SIGNATURE_VOID() for none
 * @...: up to six parameters, as (type, name) pairs; the handler's first
 *	parameter, ``void *ctx``, is not listed
 *
 * At file scope, in a header that provider and consumer share. Names that
 * begin with __hdt_ are the macro's own. What is generated:
 *
 * NAME_fn is the type of a pointer to a handler, NAME_handle that of a handle.
 *
 * NAME_register() and NAME_register_opts() register one handler, as
 * hdt_register_all() does an array.
 *
 * NAME_replace() and NAME_replace_opts() put another {function, ctx, release}
 * in the place of a key's, if @version is 0 or what hdt_version() says. Calls
 * run the old one or the new one; handles to the key lead to the new one. The
 * calling module becomes the owner. The old handler's last call has ended and
 * its release has run when this returns; from inside a handler, or where
 * sleeping is not allowed, they will have later. When it fails, the release in
 * its options runs as if the handler had been removed; where sleeping is not
 * allowed it does not, and ctx stays the caller's.
 *
 * NAME_get() and NAME_get_key() make a handle; hdt_handle_err() tells why not.
 *
 * NAME_call(), NAME_call_n(), NAME_call_key() and NAME_call_handle() dispatch.
 * What the handler returned goes to the ret argument, unless that is NULL.
 *
 * Context: calls, NAME_get(): any but NMI; for a sleepable table, where sleeping
 * is allowed. NAME_replace(): any but NMI. NAME_register(): process context, may
 * sleep.
 * Return: calls: 0, or the errno of a refused dispatch (see the top of hdt.h),
 * and then the handler did not run. NAME_register(): as hdt_register_all().
 * NAME_replace(): 0, or the errnos of hdt_register_all() but -EEXIST and
 * -ENOSPC, and
 *
 *  * -ENOENT - no such key
 *  * -EPROTOTYPE - the key's handler has another signature
 *  * -ESTALE - @version is not current
 *  * -EKEYREJECTED - the descriptor was overwritten
 */
#define HDT_SIGNATURE(name, ret, ...) __HDT_SIGNATURE(name, VALUE, ret, ##__VA_ARGS__)

/**
 * HDT_SIGNATURE_VOID() - declare a function type that returns nothing
 * @name: prefix of everything that is generated
 * @...: as for HDT_SIGNATURE()
 *
 * The generated calls have no ret parameter.
 */
#define HDT_SIGNATURE_VOID(name, ...) __HDT_SIGNATURE(name, VOID, void, ##__VA_ARGS__)

/**
 * struct hdt_handler - one entry of a provider's static table
 * @sig: the handler's signature
 * @key: the key it is found under
 * @entry: its code
 * @ctx: passed as its first argument, unless @opts captures
 * @opts: see &struct hdt_opts
 *
 * Filled in by HDT_HANDLER() and HDT_HANDLER_OPTS(), which check the types.
 */
struct hdt_handler {
	const struct hdt_signature *sig;
	const char *key;
	hdt_entry_t entry;
	void *ctx;
	struct hdt_opts opts;
};

/* 0, or a compile error that says @msg. sparse does not fold what is asked here. */
#ifdef __CHECKER__
#define __HDT_CHECK(cond, msg) 0
#else
#define __HDT_CHECK(cond, msg) (0 * sizeof(struct { int __hdt_unused; _Static_assert(cond, msg); }))
#endif

/* @key itself, a literal, if it is a key. */
#define __HDT_KEY_CHECKED(key)							\
	(&(key)[__HDT_CHECK(sizeof(key) > 1, "hdt: empty key") +		\
		__HDT_CHECK(sizeof(key) <= HDT_KEY_MAX + 1, "hdt: key longer than 255 bytes") +	\
		__HDT_CHECK(sizeof(key) == __builtin_strlen(key) + 1,		\
			    "hdt: a NUL inside the key")])

/* @fn itself, if it has the signature. */
#define __HDT_FN_CHECKED(name, fn)						\
	((hdt_entry_t)((void *)(fn) +						\
		       __HDT_CHECK(__builtin_types_compatible_p(typeof(&(fn)), name##_fn),	\
				   "hdt: " #fn " does not have the signature " #name)))

/**
 * HDT_HANDLER() - an entry of a static table
 * @name: the signature's name
 * @key: the key, a string literal
 * @fn: the function; the build fails if it does not have the signature
 */
#define HDT_HANDLER(name, key, fn) HDT_HANDLER_OPTS(name, key, fn, NULL)

/**
 * HDT_HANDLER_OPTS() - an entry of a static table, with ctx and options
 * @name: the signature's name
 * @_key: the key, a string literal
 * @fn: the function; the build fails if it does not have the signature
 * @_ctx: passed to @fn as its first argument
 * @...: members of &struct hdt_opts, as in ``.mode = HDT_EXCLUSIVE``
 */
#define HDT_HANDLER_OPTS(name, _key, fn, _ctx, ...)				\
	{									\
		.sig = &name##_sig,						\
		.key = __HDT_KEY_CHECKED(_key),					\
		.entry = __HDT_FN_CHECKED(name, fn),				\
		.ctx = (_ctx),							\
		.opts = { __VA_ARGS__ },					\
	}

struct hdt_table *__hdt_table_create(const char *name, const struct hdt_table_opts *opts,
				     struct module *creator);
struct hdt_table *hdt_table_get(const char *name);
void hdt_table_put(struct hdt_table *table);
int __hdt_table_destroy(struct hdt_table *table, struct module *caller);

int __hdt_register(struct hdt_table *table, const struct hdt_handler *handlers, size_t nr,
		   struct module *owner);
int __hdt_replace(struct hdt_table *table, const struct hdt_handler *handler, u64 version,
		  struct module *owner);
int __hdt_unregister(struct hdt_table *table, const char *key, struct module *caller);
int __hdt_unregister_async(struct hdt_table *table, const char *key, struct module *caller);
int hdt_unregister_all(struct hdt_table *table, struct module *owner);

int hdt_key_init(struct hdt_key *key, const void *bytes, size_t len);
u64 hdt_version(struct hdt_table *table, const char *key);
struct hdt_handle __hdt_get(struct hdt_table *table, const struct hdt_key *key,
			    const struct hdt_signature *sig, u64 hash);

/**
 * hdt_table_create() - create a table, owned by the calling module
 * @name: 1 to 63 bytes, unique among the tables that exist
 * @opts: how; NULL for an atomic table without limits. Not kept.
 *
 * The table is destroyed by hdt_table_destroy(), or when the calling module
 * goes. The caller has a reference, which hdt_table_destroy() drops.
 *
 * Context: Process context. May sleep.
 * Return: the table, or an ERR_PTR():
 *
 *  * -EINVAL - @name is NULL or empty
 *  * -ENAMETOOLONG - @name is longer than 63 bytes
 *  * -EEXIST - a table of this name exists
 *  * -EOPNOTSUPP - called where sleeping is not allowed
 *  * -ENODEV - the calling module is being unloaded
 *  * -ENOMEM - out of memory
 */
static inline struct hdt_table *hdt_table_create(const char *name,
						 const struct hdt_table_opts *opts)
{
	return __hdt_table_create(name, opts, THIS_MODULE);
}

/**
 * hdt_table_destroy() - remove all handlers of a table, and its name
 * @table: a table that the calling module created
 *
 * Waits until no call of the table runs, then runs the releases. Modules that
 * hold a reference keep a table that is empty for ever. Drops the reference
 * that hdt_table_create() gave.
 *
 * Context: Process context. May sleep. Waits for a grace period.
 * Return: 0, or
 *
 *  * -EINVAL - @table is NULL or an ERR_PTR()
 *  * -EPERM - the calling module did not create the table
 *  * -ENOENT - it was destroyed before
 *  * -EDEADLK - called from inside a handler that the wait would wait for
 *  * -EOPNOTSUPP - called where sleeping is not allowed
 */
static inline int hdt_table_destroy(struct hdt_table *table)
{
	return __hdt_table_destroy(table, THIS_MODULE);
}

/**
 * hdt_table_changes() - a number that grows when keys come or go
 * @table: the table
 *
 * For a consumer that keeps something made of a table's keys, say a tree of
 * patterns: while the number is what it was before hdt_for_each_key(), the keys
 * are what they were then. It has grown before a registration returns, and
 * before a removal does. A replacement leaves it as it is, since handles and
 * keys stay valid. It wraps; compare for equality.
 *
 * One load from the line that every dispatch reads.
 *
 * Context: Any.
 * Return: the number.
 */
static inline unsigned int hdt_table_changes(const struct hdt_table *table)
{
	/* Pairs with smp_store_release() in hdt_changed(). */
	return smp_load_acquire(&table->changes);
}

int hdt_for_each_key(struct hdt_table *table,
		     int (*fn)(const char *key, size_t len, void *data), void *data);

/**
 * hdt_register_all() - register a static table, all or nothing
 * @table: where
 * @handlers: an array of &struct hdt_handler; keys are copied
 *
 * The calling module becomes the handlers' owner. Calls see all the handlers
 * or none. hdt keeps no reference to the module: handlers that it does not
 * remove are swept when it goes (G7).
 *
 * From the call on each ctx is hdt's: when registration fails, whatever the
 * cause, the release of every handler in @handlers runs as if it had been
 * removed, as with devm_add_action_or_reset().
 *
 * Context: Process context. May sleep.
 * Return: 0 (G1: every later dispatch finds them), or, with nothing changed,
 *
 *  * -EINVAL - bad argument, empty key, an entry outside the calling module's
 *    core text, ctx on the stack or in memory that goes away after init
 *  * -ENAMETOOLONG - a key is longer than 255 bytes
 *  * -EEXIST - a key is taken, or stands twice in @handlers
 *  * -ENOENT - the table was destroyed
 *  * -ENODEV - the calling module is being unloaded
 *  * -ENOSPC - the table is full
 *  * -ENOMEM - out of memory
 *  * -EOPNOTSUPP - called where sleeping is not allowed; then no release has run
 */
#define hdt_register_all(table, handlers)					\
	__hdt_register(table, handlers, ARRAY_SIZE(handlers) +			\
		       __HDT_CHECK(!__builtin_types_compatible_p(typeof(handlers),	\
								 typeof(&(handlers)[0])),	\
				   "hdt: the handlers must be an array"), THIS_MODULE)

/**
 * hdt_unregister() - remove a handler, and wait until no call of it runs
 * @table: its table
 * @key: its key
 *
 * G2: when this returns 0, no call of the handler runs or will start, and its
 * release has run.
 *
 * Context: Process context. May sleep. Waits for a grace period.
 * Return: 0, or
 *
 *  * -EINVAL - bad argument, empty key
 *  * -ENAMETOOLONG - key longer than 255 bytes
 *  * -ENOENT - no such key
 *  * -EPERM - the calling module neither owns the handler nor created the table
 *  * -EKEYREJECTED - the descriptor was overwritten; it has left the table, its
 *    memory stays allocated and its release was not called
 *  * -EDEADLK - called from inside a handler that the wait would wait for;
 *    hdt_unregister_async() is legal there
 *  * -EOPNOTSUPP - called where sleeping is not allowed
 */
static inline int hdt_unregister(struct hdt_table *table, const char *key)
{
	return __hdt_unregister(table, key, THIS_MODULE);
}

/**
 * hdt_unregister_async() - remove a handler without waiting
 * @table: its table
 * @key: its key
 *
 * No call starts after this returns; calls that run may go on. Release runs
 * later, in process context. The owner is not unloaded before (G3).
 *
 * Context: Any but NMI, also inside the handler itself.
 * Return: as hdt_unregister(), but never -EDEADLK; -EOPNOTSUPP in NMI. On
 * -EKEYREJECTED the descriptor leaves the table later.
 */
static inline int hdt_unregister_async(struct hdt_table *table, const char *key)
{
	return __hdt_unregister_async(table, key, THIS_MODULE);
}

/**
 * hdt_handle_err() - why a NAME_get() failed
 * @handle: any typed handle
 *
 * Return: 0 for a handle, or the -errno of an error handle. A call by an error
 * handle fails with the same errno.
 */
#define hdt_handle_err(handle) __hdt_handle_err((handle).h)

/* An error handle: a slot that no table has, and the errno for a generation. */
static inline struct hdt_handle __hdt_handle_of_err(int err)
{
	return (struct hdt_handle){ ((u64)(u32)-err << 32) | U32_MAX };
}

static inline int __hdt_handle_err(struct hdt_handle handle)
{
	u32 err = handle.raw >> 32;

	return (u32)handle.raw == U32_MAX && err && err <= MAX_ERRNO ? -(int)err : 0;
}

/**
 * struct hdt_provides - what a module provides, and to which table
 * @table: the table's name
 * @handlers: a static table
 * @nr: entries in @handlers
 * @handler_size: bytes of an entry, for tools that read the module's file
 *
 * In the section .hdt_provides of the module. Made by module_hdt_handlers().
 */
struct hdt_provides {
	const char *table;
	const struct hdt_handler *handlers;
	u32 nr;
	u32 handler_size;
};

int __hdt_provide(const struct hdt_provides *provides, struct module *owner);
void __hdt_withdraw(struct module *owner);

/**
 * module_hdt_handlers() - all of a module that only provides
 * @name: name of the table, a string literal
 * @_handlers: array of &struct hdt_handler
 *
 * Stands for module_init() and module_exit(). Table and provider come in any
 * order: while no table has the name, the handlers wait for it, to be seen in
 * debugfs as hdt/pending; when it is created they are registered, all or
 * nothing; when it is destroyed they wait for its successor. They have no
 * release, for they may be registered more than once.
 *
 * The module gets the alias hdt-NAME, for hdt_table_load(), and the section
 * .hdt_provides, for tools.
 *
 * Context: File scope, once in a module. What it generates runs when the module
 * is loaded and unloaded, and may sleep.
 * Return: loading fails with the errno of hdt_register_all() if the table is
 * there and refuses the handlers, with -EINVAL if one has a release, and with
 * -ENOMEM.
 */
#define module_hdt_handlers(name, _handlers)					\
static const struct hdt_provides __hdt_provides					\
__used __section(".hdt_provides") = {						\
	.table = (name),							\
	.handlers = (_handlers),						\
	.nr = ARRAY_SIZE(_handlers),						\
	.handler_size = sizeof(struct hdt_handler),				\
};										\
										\
static int __init __hdt_provides_init(void)					\
{										\
	return __hdt_provide(&__hdt_provides, THIS_MODULE);			\
}										\
module_init(__hdt_provides_init);						\
										\
static void __exit __hdt_provides_exit(void)					\
{										\
	__hdt_withdraw(THIS_MODULE);						\
}										\
module_exit(__hdt_provides_exit);						\
										\
MODULE_ALIAS("hdt-" name)

/**
 * HDT_PROVIDES_KEY() - let hdt_table_load() find this module by a single key
 * @table: name of the table, a string literal
 * @key: the key, a string literal without the characters ``*?[``
 */
#define HDT_PROVIDES_KEY(table, key) MODULE_ALIAS("hdt-" table "-" key)

int hdt_table_load(struct hdt_table *table, const char *key);

#endif /* HDT_HDT_H */
