# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# The guest's side of tools/rings/run. By the kernel's command line come
# $rings (NAME,NAME...), $pace, $cycles, $seconds and $many.
set -u

for ring in $(echo "$rings" | tr , ' '); do
	echo "hdt-ring: $ring begins" >/dev/kmsg
	(
		# shellcheck source=/dev/null
		. ./lib.sh
		# shellcheck source=/dev/null
		. "./checks/$ring.sh"
		ring_end
	)
done
# The last of all, so that it hides nothing: what must not go unnoticed.
insmod ./hdt_vm_selftest.ko mode=warn
