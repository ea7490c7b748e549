# SPDX-License-Identifier: GPL-2.0-only
# For tools/shell: load the demo's modules, and say what can be done with them.
# shellcheck shell=dash
insmod hdt.ko
insmod hdt_demo_consumer.ko
insmod hdt_demo_provider.ko
ln -s /sys/module/hdt_demo_consumer/parameters calls
cat <<EOF

Loaded: $(lsmod | grep -o '^hdt[a-z_]*' | tr '\n' ' ')
Try:    echo GET:/about >calls/call
        echo GET:/nowhere >calls/call
        echo 100000 >calls/by_handle
        bpftrace hdtlat.bt &    (takes seconds to start; kill -INT \$! ends it)
EOF
