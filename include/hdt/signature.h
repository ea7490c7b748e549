/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hdt - what a signature is, and the typed API that one declaration generates.
 *
 * A signature's identity is structural, as a C prototype's is: it is the
 * sequence of its types. An arithmetic type, or a pointer to one, is known by
 * what the compiler takes it for, so `size_t` and `unsigned long` agree where
 * they are one type; any other type is known by its spelling without blanks.
 * Parameter names and the signature's own name do not matter. Two different
 * structures of one name in two modules cannot be told apart.
 *
 * The 64-bit hash of that sequence folds to one constant in the call path and
 * is computed again from struct hdt_signature when a handler is registered;
 * both go through hdt_type_mix().
 */
#ifndef HDT_SIGNATURE_H
#define HDT_SIGNATURE_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/types.h>

#include <hdt/types.h>

/**
 * struct hdt_type - one type of a signature
 * @code: what the compiler takes it for; 0 if only the spelling tells
 * @name: as the declaration spells it
 */
struct hdt_type {
	u16 code;
	const char *name;
};

/**
 * struct hdt_signature - a declared function type, as data
 * @name: the declaration's name
 * @params: "type name" of each parameter, each after ", "
 * @nr: types in @type: the returned one and the parameters
 * @type: the types; the returned one is first, ctx is left out
 */
struct hdt_signature {
	const char *name;
	const char *params;
	unsigned int nr;
	struct hdt_type type[1 + HDT_PARAMS_MAX];
};

#define HDT_TYPE_NAME_MAX	96
#define HDT_SIG_SEED		0x9e3779b97f4a7c15ULL

/* Every step is a bijection of @hash and one odd multiply: it folds, and mixes. */
static __always_inline u64 hdt_type_mix(u64 hash, u16 code, const char *name, size_t len)
{
	size_t i;

	hash = (hash ^ (code + 0x100000001ULL)) * 0xd6e8feb86659fd93ULL;
	if (!code) {
		/* unrolled so that it folds over a literal; bounded by a static assertion */
#pragma GCC unroll 96
		for (i = 0; i < len; i++)
			if (name[i] != ' ')
				hash = (hash ^ (u8)name[i]) * 0xff51afd7ed558ccdULL;
	}
	return hash ^ (hash >> 32);
}

/*
 * Codes: a letter per arithmetic type (those of the Itanium C++ ABI's
 * mangling), plus a bit for a pointer to it and one for a pointer to const.
 */
#define HDT_CODE_VOID		'v'
#define HDT_CODE_PTR		0x100
#define HDT_CODE_PTR_CONST	0x200

/* clang-format off */
#define __HDT_CODE(t) _Generic(*(t *)0,							\
	_Bool: 'b', _Bool *: HDT_CODE_PTR | 'b', const _Bool *: HDT_CODE_PTR_CONST | 'b',	\
	char: 'c', char *: HDT_CODE_PTR | 'c', const char *: HDT_CODE_PTR_CONST | 'c',		\
	signed char: 'a', signed char *: HDT_CODE_PTR | 'a',					\
	const signed char *: HDT_CODE_PTR_CONST | 'a',						\
	unsigned char: 'h', unsigned char *: HDT_CODE_PTR | 'h',				\
	const unsigned char *: HDT_CODE_PTR_CONST | 'h',					\
	short: 's', short *: HDT_CODE_PTR | 's', const short *: HDT_CODE_PTR_CONST | 's',	\
	unsigned short: 't', unsigned short *: HDT_CODE_PTR | 't',				\
	const unsigned short *: HDT_CODE_PTR_CONST | 't',					\
	int: 'i', int *: HDT_CODE_PTR | 'i', const int *: HDT_CODE_PTR_CONST | 'i',		\
	unsigned int: 'j', unsigned int *: HDT_CODE_PTR | 'j',					\
	const unsigned int *: HDT_CODE_PTR_CONST | 'j',						\
	long: 'l', long *: HDT_CODE_PTR | 'l', const long *: HDT_CODE_PTR_CONST | 'l',		\
	unsigned long: 'm', unsigned long *: HDT_CODE_PTR | 'm',				\
	const unsigned long *: HDT_CODE_PTR_CONST | 'm',					\
	long long: 'x', long long *: HDT_CODE_PTR | 'x',					\
	const long long *: HDT_CODE_PTR_CONST | 'x',						\
	unsigned long long: 'y', unsigned long long *: HDT_CODE_PTR | 'y',			\
	const unsigned long long *: HDT_CODE_PTR_CONST | 'y',					\
	void *: HDT_CODE_PTR | 'v', const void *: HDT_CODE_PTR_CONST | 'v',			\
	default: 0)

/* (type, name) pairs, as SYSCALL_DEFINEx takes them; 99: not pairs, 98: too many. */
#define __HDT_COUNT(_0, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12,	\
		    _13, _14, _15, _16, _17, _18, _19, _20, _21, _22, _23, _24, n, ...) n
#define __HDT_PAIRS(...)						\
	__HDT_COUNT(0, ##__VA_ARGS__, 98, 98, 98, 98, 98, 98, 98, 98, 98, 98, 98, 98,	\
		    6, 99, 5, 99, 4, 99, 3, 99, 2, 99, 1, 99, 0)

#define __HDT_CAT_(a, b) a##b
#define __HDT_CAT(a, b) __HDT_CAT_(a, b)
#define __HDT_MAP(m, ...) __HDT_CAT(__HDT_MAP, __HDT_PAIRS(__VA_ARGS__))(m, ##__VA_ARGS__)
#define __HDT_MAP0(m, ...)
#define __HDT_MAP1(m, t, a, ...) m(t, a)
#define __HDT_MAP2(m, t, a, ...) m(t, a) __HDT_MAP1(m, __VA_ARGS__)
#define __HDT_MAP3(m, t, a, ...) m(t, a) __HDT_MAP2(m, __VA_ARGS__)
#define __HDT_MAP4(m, t, a, ...) m(t, a) __HDT_MAP3(m, __VA_ARGS__)
#define __HDT_MAP5(m, t, a, ...) m(t, a) __HDT_MAP4(m, __VA_ARGS__)
#define __HDT_MAP6(m, t, a, ...) m(t, a) __HDT_MAP5(m, __VA_ARGS__)
#define __HDT_MAP98(m, ...)
#define __HDT_MAP99(m, ...)

#define __HDT_DECL(t, a)	, t a
#define __HDT_PASS(t, a)	, a
#define __HDT_TEXT(t, a)	", " #t " " #a
#define __HDT_TYPE(t, a)	, { __HDT_CODE(t), #t }
#define __HDT_MIX(t, a)								\
	__hdt_hash = hdt_type_mix(__hdt_hash, __HDT_CODE(t), #t, sizeof(#t) - 1);
#define __HDT_SHORT(t, a)	static_assert(sizeof(#t) <= HDT_TYPE_NAME_MAX,		\
					      "hdt: type name too long: " #t);

/* A frame is written before it is read: no need to clear it on every call. */
#if __has_attribute(__uninitialized__) && !defined(__CHECKER__)
#define __HDT_UNINITIALIZED	__attribute__((__uninitialized__))
#else
#define __HDT_UNINITIALIZED
#endif

/* What differs between a signature that returns a value and one that does not. */
#define __HDT_VALUE_CHECK(_name, _ret)						\
	static_assert(!__builtin_types_compatible_p(_ret, void),		\
		      "hdt: signature " #_name ": returns nothing: use HDT_SIGNATURE_VOID()");
#define __HDT_VALUE_CODE(_ret)	__HDT_CODE(_ret)
#define __HDT_VALUE_OUT(_ret)	, _ret *__hdt_ret
#define __HDT_VALUE_TAKE(_ret)	_ret __hdt_val =
#define __HDT_VALUE_GIVE(_ret)	do { if (__hdt_ret) *__hdt_ret = __hdt_val; } while (0)
#define __HDT_VOID_CHECK(_name, _ret)
#define __HDT_VOID_CODE(_ret)	HDT_CODE_VOID
#define __HDT_VOID_OUT(_ret)
#define __HDT_VOID_TAKE(_ret)
#define __HDT_VOID_GIVE(_ret)	do { } while (0)

/* The four ways to name a handler. */
#define __HDT_BY_STR		const char *__hdt_key
#define __HDT_BY_STR_ARGS	__hdt_key
#define __HDT_BY_BYTES		const void *__hdt_bytes, size_t __hdt_len
#define __HDT_BY_BYTES_ARGS	__hdt_bytes, __hdt_len
#define __HDT_BY_KEY		const struct hdt_key *__hdt_key
#define __HDT_BY_KEY_ARGS	__hdt_key
#define __HDT_BY_HANDLE_ARGS	__hdt_handle.h

/*
 * One typed call. entry gets its true prototype back here, in the consumer:
 * the cast undoes the one made when it was registered, and kCFI agrees.
 */
#define __HDT_CALLER(_name, suffix, enter, by, args, _kind, _ret, ...)		\
static __always_inline __maybe_unused int					\
_name##suffix(struct hdt_table *__hdt_table, by __HDT_##_kind##_OUT(_ret)		\
	     __HDT_MAP(__HDT_DECL, ##__VA_ARGS__))				\
{										\
	struct hdt_frame __hdt_frame __HDT_UNINITIALIZED;			\
	const struct hdt_desc *__hdt_desc;					\
										\
	__hdt_desc = enter(&__hdt_frame, __hdt_table, args, &_name##_sig, _name##_hash());	\
	if (IS_ERR(__hdt_desc))							\
		return PTR_ERR(__hdt_desc);					\
	__HDT_##_kind##_TAKE(_ret)						\
	((_name##_fn)(void *)__hdt_desc->entry)(__hdt_desc->ctx			\
						__HDT_MAP(__HDT_PASS, ##__VA_ARGS__));	\
	hdt_leave(&__hdt_frame);						\
	__HDT_##_kind##_GIVE(_ret);						\
	return 0;								\
}

/*
 * The same at a fixed call site. target is the patched call, which kCFI need not
 * check: hdt patched in what was registered under this very type.
 */
#define __HDT_SITE_CALLER(_name, _kind, _ret, ...)				\
static __always_inline __maybe_unused int					\
_name##_call_at(_name##_site *__hdt_site, _name##_fn __hdt_target,			\
		struct hdt_table *__hdt_table __HDT_##_kind##_OUT(_ret)		\
		__HDT_MAP(__HDT_DECL, ##__VA_ARGS__))				\
{										\
	struct hdt_frame __hdt_frame __HDT_UNINITIALIZED;			\
	const struct hdt_desc *__hdt_desc;					\
	void *__hdt_ctx;							\
										\
	if (likely(hdt_site_enter(&__hdt_frame, &__hdt_site->s, __hdt_table, &__hdt_ctx))) {	\
		__HDT_##_kind##_TAKE(_ret)					\
		__hdt_target(__hdt_ctx __HDT_MAP(__HDT_PASS, ##__VA_ARGS__));	\
		hdt_site_leave(&__hdt_frame);					\
		__HDT_##_kind##_GIVE(_ret);					\
		return 0;							\
	}									\
	__hdt_desc = __hdt_enter_site(&__hdt_frame, &__hdt_site->s, __hdt_table,	\
				      &_name##_sig, _name##_hash());		\
	if (IS_ERR(__hdt_desc))							\
		return PTR_ERR(__hdt_desc);					\
	__HDT_##_kind##_TAKE(_ret)						\
	((_name##_fn)(void *)__hdt_desc->entry)(__hdt_desc->ctx			\
						__HDT_MAP(__HDT_PASS, ##__VA_ARGS__));	\
	hdt_leave(&__hdt_frame);						\
	__HDT_##_kind##_GIVE(_ret);						\
	return 0;								\
}

#define __HDT_SIGNATURE(_name, _kind, _ret, ...)					\
static_assert(__HDT_PAIRS(__VA_ARGS__) != 99,					\
	      "hdt: signature " #_name ": parameters come as (type, name) pairs");	\
static_assert(__HDT_PAIRS(__VA_ARGS__) != 98,					\
	      "hdt: signature " #_name ": more than 6 parameters");		\
static_assert(sizeof(#_ret) <= HDT_TYPE_NAME_MAX, "hdt: type name too long: " #_ret);	\
__HDT_##_kind##_CHECK(_name, _ret)						\
__HDT_MAP(__HDT_SHORT, ##__VA_ARGS__)						\
										\
typedef _ret (*_name##_fn)(void * __HDT_MAP(__HDT_DECL, ##__VA_ARGS__));		\
										\
typedef struct {								\
	struct hdt_handle h;							\
} _name##_handle;								\
										\
typedef struct {								\
	struct hdt_site s;							\
} _name##_site;									\
										\
static const struct hdt_signature _name##_sig __maybe_unused = {			\
	.name = #_name,								\
	.params = "" __HDT_MAP(__HDT_TEXT, ##__VA_ARGS__),			\
	.nr = 1 + __HDT_PAIRS(__VA_ARGS__),					\
	.type = { { __HDT_##_kind##_CODE(_ret), #_ret }				\
		  __HDT_MAP(__HDT_TYPE, ##__VA_ARGS__) },			\
};										\
										\
static __always_inline __maybe_unused u64 _name##_hash(void)			\
{										\
	u64 __hdt_hash = hdt_type_mix(HDT_SIG_SEED, __HDT_##_kind##_CODE(_ret),		\
				#_ret, sizeof(#_ret) - 1);			\
										\
	__HDT_MAP(__HDT_MIX, ##__VA_ARGS__)					\
	return __hdt_hash;								\
}										\
										\
static inline __maybe_unused int						\
_name##_register_opts(struct hdt_table *__hdt_table, const char *__hdt_key,	\
		     _name##_fn __hdt_fn, void *__hdt_ctx,			\
		     const struct hdt_opts *__hdt_opts)				\
{										\
	struct hdt_handler __hdt_handler = {					\
		.sig = &_name##_sig,						\
		.key = __hdt_key,						\
		.entry = (hdt_entry_t)(void *)__hdt_fn,					\
		.ctx = __hdt_ctx,						\
	};									\
										\
	if (__hdt_opts)								\
		__hdt_handler.opts = *__hdt_opts;				\
	return __hdt_register(__hdt_table, &__hdt_handler, 1, THIS_MODULE);	\
}										\
										\
static inline __maybe_unused int						\
_name##_register(struct hdt_table *__hdt_table, const char *__hdt_key,		\
		_name##_fn __hdt_fn, void *__hdt_ctx)				\
{										\
	return _name##_register_opts(__hdt_table, __hdt_key, __hdt_fn, __hdt_ctx, NULL);	\
}										\
										\
static inline __maybe_unused int						\
_name##_replace_opts(struct hdt_table *__hdt_table, const char *__hdt_key,	\
		     u64 __hdt_version, _name##_fn __hdt_fn, void *__hdt_ctx,	\
		     const struct hdt_opts *__hdt_opts)				\
{										\
	struct hdt_handler __hdt_handler = {					\
		.sig = &_name##_sig,						\
		.key = __hdt_key,						\
		.entry = (hdt_entry_t)(void *)__hdt_fn,					\
		.ctx = __hdt_ctx,						\
	};									\
										\
	if (__hdt_opts)								\
		__hdt_handler.opts = *__hdt_opts;				\
	return __hdt_replace(__hdt_table, &__hdt_handler, __hdt_version, THIS_MODULE);	\
}										\
										\
static inline __maybe_unused int						\
_name##_replace(struct hdt_table *__hdt_table, const char *__hdt_key,		\
	       u64 __hdt_version, _name##_fn __hdt_fn, void *__hdt_ctx)		\
{										\
	return _name##_replace_opts(__hdt_table, __hdt_key, __hdt_version,	\
				    __hdt_fn, __hdt_ctx, NULL);			\
}										\
										\
static inline __maybe_unused _name##_handle					\
_name##_get_key(struct hdt_table *__hdt_table, const struct hdt_key *__hdt_key)	\
{										\
	return (_name##_handle){ __hdt_get(__hdt_table, __hdt_key, &_name##_sig,	\
					  _name##_hash()) };			\
}										\
										\
static inline __maybe_unused _name##_handle					\
_name##_get(struct hdt_table *__hdt_table, const char *__hdt_str)		\
{										\
	struct hdt_key __hdt_key;						\
	int __hdt_err = hdt_key_init(&__hdt_key, __hdt_str,			\
				     __hdt_str ? __builtin_strlen(__hdt_str) : 0);	\
										\
	if (__hdt_err)								\
		return (_name##_handle){ __hdt_handle_of_err(__hdt_err) };	\
	return _name##_get_key(__hdt_table, &__hdt_key);				\
}										\
										\
__HDT_CALLER(_name, _call, hdt_enter_str, __HDT_BY_STR, __HDT_BY_STR_ARGS,	\
	     _kind, _ret, ##__VA_ARGS__)						\
__HDT_CALLER(_name, _call_key, hdt_enter_key, __HDT_BY_KEY, __HDT_BY_KEY_ARGS,	\
	     _kind, _ret, ##__VA_ARGS__)						\
__HDT_CALLER(_name, _call_handle, hdt_enter_handle, _name##_handle __hdt_handle,	\
	     __HDT_BY_HANDLE_ARGS, _kind, _ret, ##__VA_ARGS__)			\
__HDT_SITE_CALLER(_name, _kind, _ret, ##__VA_ARGS__)				\
__HDT_CALLER(_name, _call_n, hdt_enter_bytes, __HDT_BY_BYTES, __HDT_BY_BYTES_ARGS,	\
	     _kind, _ret, ##__VA_ARGS__)
/* clang-format on */

#endif /* HDT_SIGNATURE_H */
