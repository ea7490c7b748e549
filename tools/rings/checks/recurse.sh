# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Recursion without an end meets the stack budget, not the end of the stack.

log_mark
run ring_recurse 10000
is "each of 10000 ends with EOVERFLOW, $(of deepest) calls deep" "$(of refused) $(of otherwise)" \
	"10000 0"
that "and went deep" "$(of deepest)" -gt 5
that "hdt says what was left" "$(log_count 'found: +[0-9]+ bytes left')" -gt 0
case $(uname -r) in
6.1.*)
	echo "# in 6.1 a module cannot tell where the interrupt's stack is"
	;;
*)
	run ring_recurse 1000 interrupt=1
	is "so does each of 1000 from an interrupt, $(of deepest) calls deep" \
		"$(of refused) $(of otherwise)" "1000 0"
	;;
esac
