# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# The guest's side of tools/httpd/bench: $what is "count" or "load".
set -eu

ip link set lo up 2>/dev/null || ifconfig lo 127.0.0.1 up
ulimit -n 4096
insmod ./hdt.ko
url=http://127.0.0.1:8080
parameters=/sys/module/hdt_httpd/parameters

# Jiffies that all CPUs were busy.
busy() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 }' /proc/stat; }

count() {
	sed 's/^/instructions /' /sys/module/hdt_http_bench/parameters/run
	for way in hdt boxed chain; do
		echo $way >$parameters/dispatch
		echo "machine way=$way routes=$1 all=$(./client count "/api/res$(printf %04d $(($1 / 2)))/12345" 10)"
	done
	echo hdt >$parameters/dispatch
}

# requests of one of $1 routes each, at random
load() {
	sed "s/ROUTES/$1/" load.lua >/tmp/load.lua
	for way in hdt boxed chain; do
		echo $way >$parameters/dispatch
		before=$(busy)
		wrk -t1 -c"$connections" -d"${seconds}s" --latency -s /tmp/load.lua $url >/tmp/wrk
		after=$(busy)
		awk -v way="$way" -v routes="$1" -v jiffies=$((after - before)) '
			/Requests\/sec/ { rate = $2 }
			/requests in/ { nr = $1 }
			/^ +(50|90|99)%/ { latency = latency " p" substr($1, 1, 2) "=" $2 }
			/Non-2xx|Socket errors/ { print "not ok:", $0 }
			END {
				printf "load way=%s routes=%d requests/s=%.0f cpu_us/request=%.0f%s\n",
				       way, routes, rate, jiffies * 10000 / nr, latency
			}' /tmp/wrk
	done
	echo hdt >$parameters/dispatch
}

insmod ./hdt_httpd.ko
for routes in 10 100 1000; do
	insmod ./hdt_http_bench.ko routes=$routes chunks=20
	"$what" $routes
	rmmod hdt_http_bench
done
rmmod hdt_httpd
