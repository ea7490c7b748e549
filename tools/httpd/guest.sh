# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154,SC2034,SC2317
# The guest's side of tools/httpd/run. By the kernel's command line come $rings
# (NAME,NAME...), $load, which is seconds, and $seed.
set -u

ip link set lo up 2>/dev/null || ifconfig lo 127.0.0.1 up
ulimit -n 4096
insmod ./hdt.ko
pace=1000
for ring in $(echo "$rings" | tr , ' '); do
	echo "hdt-httpd: $ring begins" >/dev/kmsg
	(
		# shellcheck source=/dev/null
		. ./lib.sh
		url=http://127.0.0.1:8080
		# A number of the server's: stat NAME
		stat() { value "$1" "$(cat "$(parameter hdt_httpd stats)")"; }
		# All connections that came have gone.
		settled() {
			tries=0
			while [ "$(stat accepted)" != "$(stat closed)" ] && [ $tries -lt 100 ]; do
				snooze 100
				tries=$((tries + 1))
			done
			is "no connection is left" "$(stat closed)" "$(stat accepted)"
		}
		# fetch ARGUMENT...: by curl, the body, and the status in a line of its own
		fetch() { curl -s -m 20 -w '%{http_code}\n' "$@"; }
		# shellcheck source=/dev/null
		. "./checks/$ring.sh"
		[ -d /sys/module/hdt_httpd ] && settled
		for module in http_users http_test http_hello hdt_httpd; do
			[ ! -d /sys/module/$module ] || need unload $module
		done
		ring_end
	)
done
exit 0
