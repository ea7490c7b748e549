// SPDX-License-Identifier: GPL-2.0-only
/*
 * The API that a signature generates, with its documentation: what is declared
 * here a second time has to agree with what HDT_SIGNATURE() defined, or the
 * compiler refuses it. The manual takes its text from here.
 */
#include <hdt/hdt.h>

typedef long R;
typedef struct first *A;
typedef unsigned int B;

HDT_SIGNATURE(NAME, R, A, a, B, b)

/**
 * typedef NAME_fn - pointer to a handler of the signature
 * @ctx: what was registered with the handler
 * @a: the signature's first parameter, and so on: none to six
 * @b: its second
 *
 * Return: what the caller gets in its ret argument.
 */
typedef R (*NAME_fn)(void *ctx, A a, B b);

/**
 * NAME_register() - register a handler
 * @table: where
 * @key: the key it is found under, 1 to 255 bytes; copied
 * @fn: its code, in the calling module's core text. The compiler refuses a
 *	function of another type.
 * @ctx: passed to @fn as its first argument; not on the stack, nor in init memory
 *
 * The calling module becomes the owner.
 *
 * Context: Process context. May sleep.
 * Return: as hdt_register_all().
 */
static int NAME_register(struct hdt_table *table, const char *key, NAME_fn fn, void *ctx);

/**
 * NAME_register_opts() - register a handler with options
 * @table: where
 * @key: the key it is found under
 * @fn: its code
 * @ctx: passed to @fn as its first argument; NULL if @opts captures
 * @opts: mode, stack budget, capture, release; NULL for none. Not kept.
 *
 * From the call on ctx is hdt's: if registration fails, the release has run.
 *
 * Context: Process context. May sleep.
 * Return: as hdt_register_all().
 */
static int NAME_register_opts(struct hdt_table *table, const char *key, NAME_fn fn, void *ctx,
			      const struct hdt_opts *opts);

/**
 * NAME_replace() - put another handler under a key that has one
 * @table: where
 * @key: the key
 * @version: what hdt_version() said, or 0 for whatever is there
 * @fn: the new handler's code, in the calling module's core text
 * @ctx: passed to @fn as its first argument
 *
 * A call beside it runs the old handler or the new one, whole (G1). Handles to the
 * key lead to the new one. The calling module becomes the owner.
 *
 * In process context this returns after the last call of the old handler has ended
 * and its release has run (G2). Where the caller may not wait, it does not, and
 * both come later.
 *
 * Context: Any but NMI. Allocates; without waiting, where that is not allowed.
 * Return: 0, or the errnos of hdt_register_all() but -EEXIST and -ENOSPC, and
 *
 *  * -ENOENT - no such key, or the table was destroyed
 *  * -EPROTOTYPE - the key's handler has another signature
 *  * -ESTALE - @version is not current
 *  * -EKEYREJECTED - the descriptor was overwritten
 */
static int NAME_replace(struct hdt_table *table, const char *key, u64 version, NAME_fn fn,
			void *ctx);

/**
 * NAME_replace_opts() - replace a handler by one with options
 * @table: where
 * @key: the key
 * @version: what hdt_version() said, or 0 for whatever is there
 * @fn: the new handler's code
 * @ctx: passed to @fn as its first argument; NULL if @opts captures
 * @opts: the new handler's options; those of the old one do not stay
 *
 * If it fails, the release in @opts has run, but where sleeping is not allowed: there
 * ctx stays the caller's.
 *
 * Context: As NAME_replace().
 * Return: as NAME_replace().
 */
static int NAME_replace_opts(struct hdt_table *table, const char *key, u64 version, NAME_fn fn,
			     void *ctx, const struct hdt_opts *opts);

/**
 * NAME_get() - make a handle, which saves later calls the lookup
 * @table: where
 * @key: the handler's key
 *
 * A handle is plain data: it needs no reference and no end. When its handler has
 * gone, a call by it fails with -ESTALE.
 *
 * Context: Any but NMI; for a sleepable table, where sleeping is allowed.
 * Return: a handle, or an error handle; hdt_handle_err() tells which, and why. The
 * errnos are those of NAME_call(), but -EBUSY.
 */
static NAME_handle NAME_get(struct hdt_table *table, const char *key);

/**
 * NAME_get_key() - make a handle, by a prepared key
 * @table: where
 * @key: what hdt_key_init() filled in
 *
 * Context: As NAME_get().
 * Return: as NAME_get().
 */
static NAME_handle NAME_get_key(struct hdt_table *table, const struct hdt_key *key);

/**
 * NAME_call() - dispatch by key
 * @table: where
 * @key: the handler's key, which ends with a NUL
 * @ret: gets what the handler returned, if the call took place; may be NULL. Of a
 *	signature made by HDT_SIGNATURE_VOID() there is no such parameter.
 * @a: passed to the handler
 * @b: passed to the handler
 *
 * Context: Any but NMI; for a sleepable table, where sleeping is allowed.
 * Return: 0, and the handler has run once; or an errno, and it has not run:
 *
 *  * -EINVAL - bad argument, empty key
 *  * -ENAMETOOLONG - key longer than 255 bytes
 *  * -ENOENT - no such key, or the table was destroyed
 *  * -EPROTOTYPE - the handler has another signature
 *  * -EKEYREJECTED - the descriptor was overwritten
 *  * -EALREADY - a once handler that another caller took
 *  * -EBUSY - an exclusive handler is busy and this caller may not wait
 *  * -ENODEV - the handler's module is being unloaded
 *  * -EOPNOTSUPP - NMI, or a sleepable table where sleeping is not allowed
 *  * -EOVERFLOW - less kernel stack is left than the handler needs
 */
static int NAME_call(struct hdt_table *table, const char *key, R *ret, A a, B b);

/**
 * NAME_call_n() - dispatch by a key that does not end with a NUL
 * @table: where
 * @bytes: the key, say in a packet
 * @len: its length
 * @ret: gets what the handler returned; may be NULL
 * @a: passed to the handler
 * @b: passed to the handler
 *
 * Context: As NAME_call().
 * Return: as NAME_call(); -EINVAL also for a NUL among @bytes.
 */
static int NAME_call_n(struct hdt_table *table, const void *bytes, size_t len, R *ret, A a, B b);

/**
 * NAME_call_key() - dispatch by a prepared key
 * @table: where
 * @key: what hdt_key_init() filled in; good for every table
 * @ret: gets what the handler returned; may be NULL
 * @a: passed to the handler
 * @b: passed to the handler
 *
 * Context: As NAME_call().
 * Return: as NAME_call().
 */
static int NAME_call_key(struct hdt_table *table, const struct hdt_key *key, R *ret, A a, B b);

/**
 * NAME_call_handle() - dispatch by handle
 * @table: where the handle was made
 * @handle: what NAME_get() returned
 * @ret: gets what the handler returned; may be NULL
 * @a: passed to the handler
 * @b: passed to the handler
 *
 * Context: As NAME_call().
 * Return: as NAME_call(), but -ESTALE where the handler is gone or its table was
 * destroyed, and of an error handle the errno that it holds.
 */
static int NAME_call_handle(struct hdt_table *table, NAME_handle handle, R *ret, A a, B b);
