# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Modules with routes, and the server, go and come again under load.

need load hdt_httpd
need load http_test
need load http_hello
# What hammer allows is what the semantics allow: the answer, no such route, or not now.
./client hammer /hello $((2 * load)) 8 '200=Hello, world!' 404 503 >/tmp/hammer &
hammer=$!
wrk -t1 -c10 -d"$((2 * load))s" --timeout 20 "$url/hello" >/tmp/wrk &
cycles=0
while kill -0 $hammer 2>/dev/null; do
	need unload http_hello
	need load http_hello
	cycles=$((cycles + 1))
	snooze 300
done
wait $hammer
found=$(cat /tmp/hammer)
is "each request gets its answer, 404 or 503" "$(of bad)" 0
that "its answer was seen" "$(of seen1)" -gt 0
that "404 was seen" "$(of seen2)" -gt 0
[ "$(of bad)" = 0 ] || echo "$found" | sed 's/^/#   /'
wait
is "wrk has no connection that failed" "$(grep 'Socket errors' /tmp/wrk)" ""
that "the module went and came while that ran" "$cycles" -ge 1
echo "#   $cycles times; $(of seen1) answers, $(of seen2) 404, $(of seen3) 503"

# The same must be seen to fail where it should.
need unload http_hello
./client hammer /hello 2 4 '200=Hello, world!' >/tmp/hammer
found=$(cat /tmp/hammer)
that "a 404 that is not allowed is noticed" "$(of bad)" -gt 0
need load http_hello

# A handler that sleeps is waited for; its client has its answer.
requests=$(stat requests)
fetch "$url/test/sleep/1500" >/tmp/slept &
sleeper=$!
while [ "$(stat requests)" = "$requests" ]; do snooze 20; done
need unload http_test
wait $sleeper
is "a handler that sleeps ends before its module goes" "$(cat /tmp/slept)" "slept
200"
need load http_test

# And the server itself, with connections open and requests on their way.
wrk -t1 -c20 -d2s "$url/hello" >/tmp/wrk 2>&1 &
curl -s -m 20 --limit-rate 1000 "$url/test/big/100000" >/dev/null &
snooze 700
began=$(cut -d. -f1 /proc/uptime)
need unload hdt_httpd
took=$(($(cut -d. -f1 /proc/uptime) - began))
that "the server goes within seconds" $took -le 10
is "nothing listens" "$(awk '$4 == "0A"' /proc/net/tcp | wc -l)" 0
is "routes wait for another" "$(grep -c httpd /sys/kernel/debug/hdt/pending)" 1
wait
need unload http_test
need load hdt_httpd
is "which serves them" "$(fetch "$url/hello")" "Hello, world!
200"
