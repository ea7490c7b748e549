# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# What is sent and what comes back, case by case; then what curl makes of it.

need load http_hello		# before the server: its routes wait
need load hdt_httpd
is "routes that waited are served" "$(fetch "$url/hello")" "Hello, world!
200"
is "the server listens on this machine alone" \
	"$(awk '$4 == "0A" { print $2 }' /proc/net/tcp | xargs)" "0100007F:1F90"
need load http_test
need load http_users
./client cases
./client stall continue 0
./client stall refused 0

is "curl gets" "$(fetch "$url/hello/curl")" "Hello, curl!
200"
is "curl sends a body after a 100" \
	"$(head -c 100000 /dev/zero | tr '\0' x | fetch -H 'Expect: 100-continue' -T - "$url/test/echo" | wc -c)" 100004
is "curl sends chunks" "$(echo hello | fetch -X POST -H 'Transfer-Encoding: chunked' -d @- "$url/test/echo")" "hello200"
is "curl uses a connection again" \
	"$(curl -s -o /dev/null -o /dev/null -w '%{num_connects}' "$url/hello" "$url/hello/again")" 10
is "a user is made" "$(fetch -d ada -D - -o /dev/null "$url/api/user" | grep -o '/api/user/1')" /api/user/1
is "and found" "$(fetch "$url/api/user/1")" "1 ada
200"
is "and replaced" "$(fetch -X PUT -d eve "$url/api/user/1")" 204
is "and is another" "$(fetch "$url/api/user/1")" "1 eve
200"
is "and removed" "$(fetch -X DELETE "$url/api/user/1")" 204
is "and gone" "$(fetch -o /dev/null "$url/api/user/1")" 404
is "another method is told which there are" \
	"$(fetch -X PATCH -D - -o /dev/null "$url/api/user/1" | tr -d '\r' | grep ^Allow)" "Allow: GET, HEAD, PUT, DELETE, OPTIONS"
