# SPDX-License-Identifier: GPL-2.0-only
# For tools/shell: load the demo's modules, and say what can be done with them.
# shellcheck shell=dash
insmod hdt.ko
insmod hdt_demo_consumer.ko
insmod hdt_demo_provider.ko
ln -s /sys/module/hdt_demo_consumer/parameters calls
# The command, as it would be installed.
mkdir -p /usr/bin
ln -s /bin/env /usr/bin/env
ln -s /guest/hdt /bin/hdt
cat <<EOF

Loaded: $(lsmod | grep -o '^hdt[a-z_]*' | tr '\n' ' ')
Try:    echo GET:/about >calls/call
        echo GET:/nowhere >calls/call
        echo 100000 >calls/by_handle
        hdt list demo; hdt show demo; hdt doctor
        (while :; do echo 5000 >calls/by_key; done) & hdt top; kill \$!
        bpftrace hdtlat.bt &    (takes seconds to start; kill -INT \$! ends it)
EOF
