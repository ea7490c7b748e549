# SPDX-License-Identifier: GPL-2.0-only
# What tools/samples/run runs in the guest.
# shellcheck shell=dash
set -u

n=0 failed=0
# is WHAT GOT EXPECTED
is() {
	n=$((n + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		echo "  expected '$3', got '$2'"
		failed=1
	fi
}

# set MODULE PARAMETER VALUE: what the kernel, and the shell if it fails, say to it
set_parameter() {
	dmesg -c >/dev/null
	(echo -n "$3" >"/sys/module/$1/parameters/$2") 2>&1 | sed 's/^.*: //'
	dmesg | sed 's/^\[[^]]*\] //' | grep -v '^hdt:  '
}

# pair KIND NAME CALLER PROVIDER PARAMETER VALUE SAYS: without a provider, with one,
# and without again
pair() {
	caller=$1_$2_$3 provider=$1_$2_$4 missing='No such file or directory'
	[ "$1" = before ] || missing="$missing
hdt: refused: no such key (-ENOENT): table \"$8\" key \"$9\""
	insmod "$caller.ko"
	is "$caller: nobody provides" "$(set_parameter "$caller" "$5" "$6")" "$missing"
	insmod "$provider.ko"
	is "$caller: $provider does it" "$(set_parameter "$caller" "$5" "$6")" "$7"
	rmmod "$provider"
	is "$caller: it is gone" "$(set_parameter "$caller" "$5" "$6")" "$missing"
	rmmod "$caller"
}

insmod hdt.ko
for kind in before after; do
	pair $kind symbol user quirks port 3 'port 3: 70 ms' quirks delay_ms
	pair $kind chain host blinker blink 5 'led 5: 2 blinks' leds blink
	pair $kind list core rot13 encode 'rot13 hello' uryyb codecs rot13
done

# In the order in which a provider has to wait.
insmod greet_provider.ko
is "greet: the provider waits" "$(cat /sys/kernel/debug/hdt/pending)" \
	"table=greetings owner=greet_provider handlers=2 err=0"
insmod greet_consumer.ko
is "greet: the consumer greets" "$(set_parameter greet_consumer greet world)" 'Hello, world!'
rmmod greet_consumer
rmmod greet_provider
rmmod hdt
is "all is unloaded" "$(lsmod | grep -c -e hdt -e greet -e before -e after)" 0
exit $failed
