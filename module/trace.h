/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hdt's events: the interface that scripts use. Fields keep their names and
 * meanings; new ones may be added. See Documentation/tracing.rst.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM hdt

#if !defined(_TRACE_HDT_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_HDT_H

#include <linux/tracepoint.h>

#include "compat.h"
#include "desc.h"
#include "observe.h"
#include "report.h"
#include "source.h"
#include "table.h"

/* A handler can be called from here on. */
TRACE_EVENT(hdt_register,
	TP_PROTO(const char *table, const struct hdt_desc *desc, const struct module *owner),
	TP_ARGS(table, desc, owner),
	TP_STRUCT__entry(
		__string(table, table)
		__dynamic_array(char, key, hdt_desc_len(desc) + 1)
		__string(owner, hdt_module_name(owner))
		__field(u64, handle)
		__field(void *, entry)
		__field(u32, revision)
	),
	TP_fast_assign(
		hdt_assign_str(table, table);
		hdt_desc_copy_key(__get_str(key), desc);
		hdt_assign_str(owner, hdt_module_name(owner));
		__entry->handle = desc->handle;
		__entry->entry = desc->entry;
		__entry->revision = hdt_desc_revision(desc);
	),
	TP_printk("table=%s key=%s owner=%s handle=%#llx entry=%ps revision=%u", __get_str(table),
		  __get_str(key), __get_str(owner), __entry->handle, __entry->entry,
		  __entry->revision)
);

/* No call of a handler runs any more, and its release has run. */
TRACE_EVENT(hdt_unregister,
	TP_PROTO(const char *table, const struct hdt_desc *desc, const struct module *owner,
		 u64 grace),
	TP_ARGS(table, desc, owner, grace),
	TP_STRUCT__entry(
		__string(table, table)
		__dynamic_array(char, key, hdt_desc_len(desc) + 1)
		__string(owner, hdt_module_name(owner))
		__field(u64, handle)
		__field(void *, entry)
		__field(u32, revision)
		__field(u64, grace)
	),
	TP_fast_assign(
		hdt_assign_str(table, table);
		hdt_desc_copy_key(__get_str(key), desc);
		hdt_assign_str(owner, hdt_module_name(owner));
		__entry->handle = desc->handle;
		__entry->entry = desc->entry;
		__entry->revision = hdt_desc_revision(desc);
		__entry->grace = grace;
	),
	TP_printk("table=%s key=%s owner=%s handle=%#llx entry=%ps revision=%u grace=%llu",
		  __get_str(table), __get_str(key), __get_str(owner), __entry->handle,
		  __entry->entry, __entry->revision, __entry->grace)
);

/* A removal is over, for the task that waited for it. */
TRACE_EVENT(hdt_wait,
	TP_PROTO(const char *table, u32 handlers, u64 grace, u64 waited),
	TP_ARGS(table, handlers, grace, waited),
	TP_STRUCT__entry(
		__string(table, table)
		__field(u32, handlers)
		__field(u64, grace)
		__field(u64, waited)
	),
	TP_fast_assign(
		hdt_assign_str(table, table);
		__entry->handlers = handlers;
		__entry->grace = grace;
		__entry->waited = waited;
	),
	TP_printk("table=%s handlers=%u grace=%llu waited=%llu", __get_str(table),
		  __entry->handlers, __entry->grace, __entry->waited)
);

/* Checks passed; the handler is entered next. call is unique among the calls in progress. */
TRACE_EVENT_FN(hdt_call_entry,
	TP_PROTO(const struct hdt_registry *registry, const struct hdt_frame *frame),
	TP_ARGS(registry, frame),
	TP_STRUCT__entry(
		__string(table, registry->name)
		__dynamic_array(char, key, hdt_desc_len(frame->desc) + 1)
		__field(u64, call)
		__field(u64, handle)
		__field(void *, entry)
	),
	TP_fast_assign(
		hdt_assign_str(table, registry->name);
		hdt_desc_copy_key(__get_str(key), frame->desc);
		__entry->call = (unsigned long)frame;
		__entry->handle = frame->desc->handle;
		__entry->entry = frame->desc->entry;
	),
	TP_printk("table=%s key=%s call=%#llx handle=%#llx entry=%ps", __get_str(table),
		  __get_str(key), __entry->call, __entry->handle, __entry->entry),
	hdt_observe, hdt_unobserve
);

/* The handler returned, @ns after it was entered; 0 if nobody took the time then. */
TRACE_EVENT_FN(hdt_call_exit,
	TP_PROTO(const struct hdt_registry *registry, const struct hdt_frame *frame, u64 ns),
	TP_ARGS(registry, frame, ns),
	TP_STRUCT__entry(
		__string(table, registry->name)
		__dynamic_array(char, key, hdt_desc_len(frame->desc) + 1)
		__field(u64, call)
		__field(u64, handle)
		__field(void *, entry)
		__field(u64, ns)
	),
	TP_fast_assign(
		hdt_assign_str(table, registry->name);
		hdt_desc_copy_key(__get_str(key), frame->desc);
		__entry->call = (unsigned long)frame;
		__entry->handle = frame->desc->handle;
		__entry->entry = frame->desc->entry;
		__entry->ns = ns;
	),
	TP_printk("table=%s key=%s call=%#llx handle=%#llx entry=%ps ns=%llu", __get_str(table),
		  __get_str(key), __entry->call, __entry->handle, __entry->entry, __entry->ns),
	hdt_observe, hdt_unobserve
);

/* The handler returned, and this is the stack that it used: see observe.h. */
TRACE_EVENT_FN(hdt_call_stack,
	TP_PROTO(const struct hdt_registry *registry, const struct hdt_frame *frame,
		 const struct hdt_stack_use *use),
	TP_ARGS(registry, frame, use),
	TP_STRUCT__entry(
		__string(table, registry->name)
		__dynamic_array(char, key, hdt_desc_len(frame->desc) + 1)
		__field(u64, call)
		__field(u64, handle)
		__field(void *, entry)
		__field(u32, used)
		__field(u32, budget)
		__field(u32, left)
	),
	TP_fast_assign(
		hdt_assign_str(table, registry->name);
		hdt_desc_copy_key(__get_str(key), frame->desc);
		__entry->call = (unsigned long)frame;
		__entry->handle = frame->desc->handle;
		__entry->entry = frame->desc->entry;
		__entry->used = use->used;
		__entry->budget = hdt_meta_stack(frame->desc->meta) - HDT_STACK_RESERVE;
		__entry->left = use->left;
	),
	TP_printk("table=%s key=%s call=%#llx handle=%#llx entry=%ps used=%u budget=%u left=%u",
		  __get_str(table), __get_str(key), __entry->call, __entry->handle,
		  __entry->entry, __entry->used, __entry->budget, __entry->left),
	hdt_observe, hdt_unobserve
);

/* Something was refused; err is what the caller got. */
TRACE_EVENT(hdt_fault,
	TP_PROTO(int reason, int err, const struct hdt_fault *fault),
	TP_ARGS(reason, err, fault),
	TP_STRUCT__entry(
		__string(table, hdt_fault_table(fault))
		__dynamic_array(char, key, min_t(size_t, fault->len, HDT_KEY_MAX) + 1)
		__string(owner, hdt_fault_owner(fault))
		__string(reason, hdt_reason_name(reason))
		__field(int, err)
		__field(u64, expected)
		__field(u64, found)
		__field(void *, caller)
	),
	TP_fast_assign(
		size_t len = min_t(size_t, fault->len, HDT_KEY_MAX);

		hdt_assign_str(table, hdt_fault_table(fault));
		if (len)
			memcpy(__get_str(key), fault->key, len);
		__get_str(key)[len] = '\0';
		hdt_assign_str(owner, hdt_fault_owner(fault));
		hdt_assign_str(reason, hdt_reason_name(reason));
		__entry->err = err;
		__entry->expected = fault->expected;
		__entry->found = fault->found;
		__entry->caller = (void *)fault->caller;
	),
	TP_printk("table=%s key=%s owner=%s reason=\"%s\" err=%d expected=%#llx found=%#llx caller=%pS",
		  __get_str(table), __get_str(key), __get_str(owner), __get_str(reason),
		  __entry->err, __entry->expected, __entry->found, __entry->caller)
);

#endif /* _TRACE_HDT_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
