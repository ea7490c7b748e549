# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154,SC2086,SC2034
# The guest's words: how often something is in what a tool printed, and what the
# module hdt_trace_load does when it is told to run once. See its head.

ring=$(basename "$0" .sh)
# shellcheck source=/dev/null
. ./lib.sh
load=/sys/module/hdt_trace_load/parameters
all='hdtlat hdtslow hdtsnoop hdtstat hdtfault hdtlife hdtstack'

# hist TOOL MAP: what is in the buckets of a histogram, in sum
hist() {
	awk -v head="$2:" '
		index($0, head) == 1 { on = 1; next }
		/^$|^@/ { on = 0 }
		on { sub(/^[^])]*[])]/, ""); n += $1 }
		END { print n + 0 }' "/out/$1.log"
}

# sum TOOL MAP...: the values of these, all their appearances together
sum() {
	local tool=$1
	shift
	for map; do
		value_of "$tool" "$map"
	done | awk '{ n += $1 } END { print n + 0 }'
}
value_of() { awk -v head="$2: " 'index($0, head) == 1 { print substr($0, length(head) + 1) }' "/out/$1.log"; }

# lines TOOL REGEX
lines() { grep -Ec -- "$2" "/out/$1.log"; }

# each COMMAND: with every key of a run, and the number of its calls
each() {
	"$1" traced leaf 257
	"$1" traced middle 47
	"$1" traced outer 47
	"$1" traced recur 89
	"$1" traced deep 23
	"$1" traced over 5
	"$1" traced slow 5
	"$1" traced migrate 29
	"$1" atomic fast "${fast:-103}"
}

lat_counts() { is "hdtlat: $2" "$(hist hdtlat "@nsecs[$1, $2]")" "$3"; }
stat_counts() { is "hdtstat: $2" "$(sum hdtstat "@calls_even[$1, $2]" "@calls_odd[$1, $2]")" "$3"; }
stack_counts() { is "hdtstack: $2" "$(hist hdtstack "@percent[$1, $2]")" "$3"; }
snoop_counts() {
	[ "$1" != traced ] ||
		is "hdtsnoop: $2" "$(lines hdtsnoop " ok +[1-9][0-9]* traced $2\$")" "$3"
}

# quiet TOOL: no event was lost, and nothing was said that is not the tool's
quiet() {
	is "$1 lost no event, and says nothing it should not" \
		"$(grep -E 'Lost|ERROR|WARNING|[Ww]arning|error:' "/out/$1.log")" ''
}

check_hdtlat() { each lat_counts; }
check_hdtsnoop() {
	each snoop_counts
	is "hdtsnoop: misses" "$(lines hdtsnoop ' no such key +- traced nobody$')" 53
	is "hdtsnoop: wrong signatures" "$(lines hdtsnoop ' signature differs +- traced leaf$')" 17
	is "hdtsnoop: keys taken" "$(lines hdtsnoop ' key taken +- traced leaf$')" 7
}
check_hdtstat() {
	each stat_counts
	is "hdtstat: misses" \
		"$(sum hdtstat '@misses_even[traced, nobody]' '@misses_odd[traced, nobody]')" 53
	is "hdtstat: errors" \
		"$(sum hdtstat '@errors_even[traced, leaf]' '@errors_odd[traced, leaf]')" $((17 + 7))
}
check_hdtslow() {
	is "hdtslow: printed" "$(lines hdtslow '^[0-9].* traced slow slow ')" 5
	is "hdtslow: counted" "$(sum hdtslow '@slow[traced, slow]')" 5
	that "hdtslow: whose stacks say who called" "$(lines hdtslow '^ +run_set\+')" -ge 5
}
check_hdtfault() {
	is "hdtfault: misses" "$(lines hdtfault ' -2 be_refused .* traced nobody .*: no such key, ')" 53
	is "hdtfault: wrong signatures" "$(lines hdtfault ' -[0-9]+ be_refused .* traced leaf [(]hdt_trace_load[)]: signature differs, ')" 17
	is "hdtfault: misses, in sum" "$(sum hdtfault '@refused[traced, no such key]')" 53
	is "hdtfault: wrong signatures, in sum" "$(sum hdtfault '@refused[traced, signature differs]')" 17
	is "hdtfault: keys taken, in sum" "$(sum hdtfault '@refused[traced, key taken]')" 7
}
check_hdtlife() {
	is "hdtlife: registrations" "$(lines hdtlife ' \+ .* life [kb][0-9]+ [(]hdt_trace_load[)]')" 29
	is "hdtlife: removals, with how long they lived" \
		"$(lines hdtlife ' - +[0-9]+ +[0-9]+ life [kb][0-9]+ ')" 29
	is "hdtlife: waits" "$(lines hdtlife ' wait +[0-9]+ life: held up for ')" 11
	is "hdtlife: waits in the histogram" "$(hist hdtlife '@waited_usecs[life]')" 11
}
check_hdtstack() {
	local most
	each stack_counts
	is "hdtstack: over their budget" "$(sum hdtstack '@over_budget[traced, over]')" 5
	is "hdtstack: a budget" "$(sum hdtstack '@budget_bytes[traced, deep]')" 4096
	most=$(sum hdtstack '@max_bytes[traced, deep]')
	that "hdtstack: 2500 bytes, written" "$most" -gt 2500
	that "hdtstack: and not much more" "$most" -lt 3500
}

# gated TOOL: what it made of two calls: of one it saw only the end, of the other only
# the beginning. An end alone is a call, whose time and stack are not known.
gated() {
	case $1 in
	hdtlat) is "$1: no time of half a call" "$(hist "$1" '@nsecs[traced, gate]')" 0 ;;
	hdtslow) is "$1: nor a slow one" "$(lines "$1" ' gate ')" 0 ;;
	hdtsnoop) is "$1: one end without a beginning, and no more" \
		"$(lines "$1" ' ok +0 traced gate$') of $(lines "$1" ' gate$')" "1 of 1" ;;
	hdtstat) is "$1: one end without a beginning, and no more" \
		"$(sum "$1" '@calls_even[traced, gate]' '@calls_odd[traced, gate]')" 1 ;;
	hdtstack) is "$1: no stack of half a call" "$(hist "$1" '@percent[traced, gate]')" 0 ;;
	esac
}

# tool NAME [ARGUMENT]...: in the background, until the file "over" is there
tool() {
	local name=$1
	shift
	bpftrace -c "/bin/busybox sh hold.sh $name" "$name.bt" "$@" >"/out/$name.log" 2>&1 &
	tracer=$!
}

# leave: the tool has to go while a call is in progress that it saw begin. That ends
# when the tool does not look any more: it is gone, or waits for that call. Of several
# tools one waits, and the others for that one, before they let go.
leave() {
	local limit=600
	echo 1 >$load/gate
	touch over
	while [ "$limit" -gt 0 ] && ! grep -qs 'State:.Z' "/proc/$tracer/status" &&
	      ! grep -qs rcu_tasks "/proc/$tracer/stack"; do
		sleep 1
		limit=$((limit - 1))
	done
	that "$name lets go while a call is in progress" "$limit" -gt 0
	echo 0 >$load/gate || not_ok "$name: the call in progress came back right"
	wait
}

# attached SECONDS NAME...
attached() {
	local limit=$1 name
	shift
	for name; do
		while [ ! -e "attached.$name" ] && [ "$limit" -gt 0 ]; do
			sleep 1
			limit=$((limit - 1))
		done
		[ -e "attached.$name" ] || {
			not_ok "$name is attached" "$(tail -n 5 "/out/$name.log")"
			continue
		}
	done
}

did() { value "$1" "$(cat $load/counts)"; }
