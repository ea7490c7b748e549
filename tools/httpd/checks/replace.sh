# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# A handler is replaced under load: the old answer or the new one, nothing else.

need load hdt_httpd
need load http_hello
need load http_test
./client hammer /test/version "$load" 8 '200=version a' '200=version b' >/tmp/hammer &
hammer=$!
replaced=0
while kill -0 $hammer 2>/dev/null; do
	echo b >"$(parameter http_test version)"
	echo a >"$(parameter http_test version)"
	replaced=$((replaced + 2))
done
wait $hammer
found=$(cat /tmp/hammer)
is "each answer is the old or the new one" "$(of bad)" 0
that "the old one was seen" "$(of seen1)" -gt 0
that "the new one was seen" "$(of seen2)" -gt 0
that "it was replaced while that ran" "$replaced" -ge 4
[ "$(of bad)" = 0 ] || echo "$found" | sed 's/^/#   /'
echo "#   replaced $replaced times under $(($(of seen1) + $(of seen2))) requests"
