# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Requests made worse at random, from two sides at once.

need load hdt_httpd
need load http_hello
need load http_test
./client fuzz "$seed" "$load" &
./client fuzz "$((seed + 1))" "$load"
wait
is "the server serves on" "$(fetch "$url/hello")" "Hello, world!
200"
settled
