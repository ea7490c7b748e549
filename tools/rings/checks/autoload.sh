# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2154
# Loading the provider of what is missing, by the aliases that it has.

asked=/tmp/modprobe.asked
: >$asked
# What modprobe would do with depmod's aliases, and a note of what it was asked.
cat >/tmp/modprobe <<END
#!/bin/sh
for name; do :; done
echo "\$name" >>$asked
case \$name in
hdt-auto-auto-key | hdt-auto) exec insmod $PWD/ring_autokey.ko ;;
esac
exit 1
END
chmod 755 /tmp/modprobe
echo /tmp/modprobe >/proc/sys/kernel/modprobe

need load ring_autoload
wanted=$(parameter ring_autoload load)
want() {
	echo "$2" >"$(parameter ring_autoload "$1")"
	cat "$wanted"
}

is "the key is missed before" "$(cat "$(parameter ring_autoload call)")" -2
is "and no dispatch asked for a module" "$(cat $asked)" ""
is "its provider is loaded" "$(want load auto-key)" 0
is "by the key's alias" "$(cat $asked)" hdt-auto-auto-key
is "and answers" "$(cat "$(parameter ring_autoload call)")" 1
is "a key that is there asks nobody" "$(want load auto-key; cat $asked)" "0
hdt-auto-auto-key"

: >$asked
need unload ring_autokey
is "from inside a handler it is refused" "$(cat "$(parameter ring_autoload inside)")" -95
is "and a table without autoload does not load" "$(want load_without auto-key)" -95
is "and nobody was asked" "$(cat $asked)" ""
is "a key that nobody provides is missed" "$(want load nothing)" -2
is "by the key's alias, then the table's" "$(xargs <$asked)" "hdt-auto-nothing hdt-auto"
is "the second time nobody is asked" "$(want load nothing; xargs <$asked)" "-2
hdt-auto-nothing hdt-auto"
need unload ring_autokey
log_mark
mkdir -p /etc
echo "nobody:x:65534:65534::/:/bin/sh" >/etc/passwd
chmod 666 "$wanted"
is "who may not load modules is refused" "$(su nobody -s /bin/sh -c \
	"echo auto-key >$wanted" 2>/dev/null; cat "$wanted")" -1
is "and told why" "$(log_count 'CAP_SYS_MODULE')" 1
need unload ring_autoload
