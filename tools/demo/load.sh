# SPDX-License-Identifier: GPL-2.0-only
# For tools/shell: load the demo's modules, and say what can be done with them.
# shellcheck shell=dash
insmod hdt.ko
insmod hdt_demo_consumer.ko
insmod hdt_demo_provider.ko
insmod hdt_demo_city.ko
ln -s /sys/module/hdt_demo_consumer/parameters calls
# The command and the tools, as they would be installed.
mkdir -p /usr/bin
ln -s /bin/env /usr/bin/env
ln -s /guest/hdt /guest/*.bt /bin/
ln -s /sys/module/hdt_demo_city/parameters city
echo 1 >city/traffic
cat <<EOF

Loaded: $(lsmod | grep -o '^hdt[a-z_]*' | tr '\n' ' ')
Try:    echo GET:/about >calls/call
        echo GET:/nowhere >calls/call
        echo 100000 >calls/by_handle
        hdt list demo; hdt show demo; hdt doctor
        dmesg -n 1; (while :; do echo 5000 >calls/by_key; done) & hdt top; kill \$!; dmesg -n 8
        hdtsnoop.bt demo &              (takes seconds to start; kill -INT \$! ends it)

In the table "city" twenty handlers are called all the time, and one is slow. Which?
        hdtslow.bt 10000 city       (Ctrl-C ends it)
        cat city/answer
The other tools: $(echo hdt*.bt)
EOF
