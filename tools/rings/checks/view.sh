# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# What debugfs shows, at rest and while everything changes; statistics that are
# switched under traffic. $many is how many handlers are looked at.

views=/sys/kernel/debug/hdt
shape='^table=[^ ]+ key=[^ ]+ owner=[a-z_]+ mode=(shared|exclusive|once) handle=0x[0-9a-f]{16} generation=[0-9]+ revision=[0-9]+ version=0x[0-9a-f]{16} entry=[A-Za-z_][A-Za-z0-9_.]* budget=[0-9]+ captured=[0-9]+ release=[A-Za-z_.0-9-]+ age=([0-9]+s|-) calls=([0-9]+|-) ns=([0-9]+|-) signature=[ -~]+$'
field() { sed -n "s/^table=ring key=$1 .* $2=\([^ ]*\).*/\1/p" $views/handlers; }
misshapen() { grep -Evc "$shape" "$1"; }
switch() { echo "$1" >$views/stats; }
modes() { for file in "$views"/*; do ls -ld "$file"; done | sed 's, .*/, ,'; }
seconds() { cut -d' ' -f1 /proc/uptime; }

need load ring_table
need load ring_caller
need load ring_provider
is "what is shown is for root alone" "$(modes | xargs)" \
	"-r-------- handlers -r-------- pending -r-------- refusals -r-------- retained --w------- stats -r-------- tables"
is "a table is shown" "$(grep -Ec \
	'^table=ring creator=ring_table class=atomic state=live handlers=3 max=16777216 autoload=off stats=off refused=[0-9]+$' $views/tables)" 1
is "each handler is shown" "$(cut -d' ' -f1-4 $views/handlers | sort | xargs)" "$(for key in alpha beta slow; do
	echo "table=ring key=$key owner=ring_provider mode=shared"
done | xargs)"
is "with its function" "$(field slow entry) $(sed -n 's/.*key=slow .* signature=//p' $views/handlers)" "slow int ring(u32 arg)"
is "without statistics they show none" "$(field alpha calls) $(field alpha ns)" "- -"

switch +ring
is "statistics are switched on" "$(grep -c '^table=ring .* stats=on ' $views/tables)" 1
i=0
while [ $i -lt 23 ]; do
	i=$((i + 1))
	probe alpha >/dev/null
done
is "23 calls are 23 calls" "$(field alpha calls) $(field beta calls)" "23 0"
that "and took their time" "$(field alpha ns)" -gt 0
refused=$(sed -n 's/^table=ring count=\([0-9]*\) err=-2 reason=no such key$/\1/p' $views/refusals)
probe omega >/dev/null
probe omega >/dev/null
is "2 refusals are 2 refusals" \
	"$(grep -c "^table=ring count=$((${refused:-0} + 2)) err=-2 reason=no such key\$" $views/refusals)" 1
callers_start ""
calls_flow "callers run with statistics"
snooze 200
callers_end "no call fails with statistics"
is "each of their calls was counted, on every CPU" \
	"$(($(field alpha calls) + $(field beta calls) + $(field slow calls) - 23))" "$(stat ok)"
switch -ring
is "switched off, they are gone" "$(field alpha calls)" "-"
is "a table that is not there has none" "$(switch +nowhere 2>&1)" \
	"sh: write error: No such file or directory"
is "a command that is none is refused" "$(switch ring 2>&1)" "sh: write error: Invalid argument"

# Who looks while providers come and go, under calls, and statistics are switched.
expedite 1
callers_start "2,19,116"
need unload ring_provider
need load ring_many nr=300
./modctl cycle 100000 $(((pace + 2999) / 1000 + 3)) ring_provider.ko ring_provider.ko ring_forgetful.ko >cycled &
cycler=$!
looks=0 bad=0 shown=0
while kill -0 $cycler 2>/dev/null; do
	looks=$((looks + 1))
	switch +ring
	cat $views/handlers >looked
	shown=$((shown + $(grep -c . looked)))
	bad=$((bad + $(misshapen looked)))
	switch -ring
	cat $views/retained $views/tables $views/refusals $views/pending >/dev/null
done
wait $cycler
that "providers came and went $(value cycles "$(cat cycled)") times" "$(value cycles "$(cat cycled)")" -gt 1
that "who looked meanwhile, $looks times, saw $shown handlers, those that stayed each time" \
	"$shown" -ge $((looks * 300))
need unload ring_many
is "all of them whole" "$bad" 0
callers_end "and no call failed otherwise than by ENOENT, ESTALE, ENODEV"
need load ring_provider

# Many, and each once; a walk over them keeps nobody waiting.
is "$many handlers are registered" "$(load ring_many nr="$many")" 0
callers_start "2,19,116"
start=$(seconds)
cat $views/handlers >looked
took=$(echo "$start $(seconds)" | awk '{ printf "%.1f", $2 - $1 }')
is "all are shown, in $took s" "$(grep -c . looked)" $((many + 3))
if [ "$many" -le 100000 ]; then
	is "each once" "$(cut -d' ' -f2 looked | sort -u | wc -l)" $((many + 3))
	is "and whole, whatever bytes its key has" "$(misshapen looked)" 0
fi
switch +ring
cat $views/handlers >looked &
looker=$!
calls_flow "calls go on while somebody looks"
unload ring_provider >cycled
load ring_provider >>cycled
is "and providers come and go" "$(xargs <cycled)" "0 0"
wait $looker
that "who looked saw the others" "$(grep -c 'owner=ring_many ' looked)" -eq "$many"
exec 3<$views/handlers
dd bs=1 count=1000 <&3 >/dev/null 2>&1
is "a provider can be unloaded under one who stopped looking" "$(unload ring_many)" 0
is "who then sees no more of it than what was read ahead" \
	"$(cat <&3 >looked; [ "$(grep -c 'owner=ring_many ' looked)" -lt 200 ] && echo few)" few
callers_end "all the while no call failed otherwise than by ENOENT, ESTALE, ENODEV"
need unload ring_provider
need unload ring_caller
need unload ring_table
is "hdt cannot be unloaded under him" "$(unload hdt)" EAGAIN
exec 3<&-
expedite 0
rm looked cycled
