# SPDX-License-Identifier: GPL-2.0-only
# The guest's side of tools/vm/selftest; $what comes by the command line.
# shellcheck shell=dash disable=SC2154
set -e
echo "guest: $what"
case $what in
hang)
	sleep 1000
	;;
exit)
	exit 3
	;;
*)
	insmod ./hdt_vm_selftest.ko mode="$what" || echo "insmod failed"
	lsmod | grep -q hdt_vm_selftest
	echo "left for the host" >/out/file
	;;
esac
