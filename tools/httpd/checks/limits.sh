# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Clients that stall, and too many of them.

need load hdt_httpd idle_ms=1500 head_ms=700 body_ms=1000 send_ms=800 connections=20
need load http_hello
need load http_test
for what in idle:1500 again:1500 head:700 body:1000 trickle:700 reader:800; do
	./client stall ${what%:*} ${what#*:} &
done
wait
settled
that "what took too long was counted" "$(stat expired)" -ge 5
./client stall many 20
is "one connection was too many" "$(stat over_limit)" 1
is "parameters without sense are refused" "$(load hdt_httpd threads=0)" EEXIST
settled
need unload http_test
need unload http_hello
need unload hdt_httpd
is "no threads at all" "$(load hdt_httpd threads=0)" EINVAL
is "no address" "$(load hdt_httpd address=here)" EINVAL
is "not this machine's address" "$(load hdt_httpd address=192.0.2.1)" EADDRNOTAVAIL
need load hdt_httpd address=127.0.0.2 port=81
need load http_hello
is "another address and port" "$(fetch http://127.0.0.2:81/hello)" "Hello, world!
200"
is "and not the usual one" "$(fetch "$url/hello")" 000
