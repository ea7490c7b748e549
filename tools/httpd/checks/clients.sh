# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Load by programs that others wrote.

need load hdt_httpd
need load http_hello
need load http_test
said=$(wrk -t2 -c50 -d"${load}s" "$url/hello/wrk")
is "wrk has no error" "$(echo "$said" | grep -cE 'Non-2xx|Socket errors')" 0
that "wrk: requests" "$(echo "$said" | awk '/requests in/ { print $1 }')" -gt 100
said=$(ab -q -k -n 500 -c 20 "$url/hello/ab")
is "ab has no failure" "$(echo "$said" | awk -F: '/^(Failed|Complete) requests|^Keep-Alive requests/ { print $2 + 0 }' | xargs)" "500 0 500"
said=$(ab -q -n 200 -c 10 -p guest.sh "$url/test/echo")
is "ab, a connection for each POST" "$(echo "$said" | awk -F: '/^(Failed|Complete) requests/ { print $2 + 0 }' | xargs)" "200 0"
said=$(h2load --h1 -n 1000 -c 10 -m 8 "$url/hello/h2load")
is "h2load, eight requests at a time" "$(echo "$said" | awk '/^requests:/ { print $8, $10, $12, $14 }')" "1000 0 0 0"
said=$(wrk -t1 -c8 -d1s --timeout 10 "$url/test/big/300000")
is "wrk, large responses" "$(echo "$said" | grep -cE 'Non-2xx|Socket errors')" 0
