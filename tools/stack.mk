# SPDX-License-Identifier: GPL-2.0-only
#
# Compare, whenever a module is built, the stack budgets that its handlers
# declare with what the compiler reports; a budget that is too small fails the
# build. To be included at the end of a module's Kbuild, after obj-m:
#
#	include /path/to/hdt/tools/stack.mk
#
# It takes gcc or clang, of which only gcc tells how functions call each other:
# with clang, a handler's own frame is all that is compared. What was found is
# put into the module, where "hdt inspect" shows it.

hdt-stack-dir := $(dir $(lastword $(MAKEFILE_LIST)))

ifdef CONFIG_LTO_CLANG
$(warning hdt: with LTO, no stack budget is checked: objects hold no code)
else

ccflags-y += -fstack-usage $(call cc-option,-fcallgraph-info=su)
always-y += $(patsubst %.o,%.hdt-stack,$(filter %.o,$(obj-m)))

# Of all objects that a module is made of; as kbuild has it, a module that lists
# none is one object.
hdt-stack-su = $(patsubst %.o,$(obj)/%.su,$(filter %.o,$(or $(strip $($1-y) $($1-m) $($1-objs)),$1.o)))

# No module of an earlier build may outlive a failed check. -p: otherwise the
# object would be newer than what depends on it.
quiet_cmd_hdt_stack = HDTSTACK $@
      cmd_hdt_stack = rm -f $@ $(@:.hdt-stack=.ko); \
		      $(PYTHON3) $(hdt-stack-dir)hdt stack --quiet --record $@ $< --su $(call hdt-stack-su,$*); \
		      $(OBJCOPY) -p --remove-section=.comment.hdt --add-section=.comment.hdt=$@ $<

$(obj)/%.hdt-stack: $(obj)/%.o $(hdt-stack-dir)hdt $(wildcard $(hdt-stack-dir)hdt_cli/*.py) FORCE
	$(call if_changed,hdt_stack)

clean-files += $(foreach m,$(patsubst %.o,%,$(filter %.o,$(obj-m))), \
	$(patsubst $(obj)/%.su,%.ci,$(call hdt-stack-su,$(m))))

endif
