#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Test the commands that look at a running hdt, against files such as it has, and
their manual and completion. Prints "ok" or "not ok" for each case.
"""
import argparse
import contextlib
import fcntl
import io
import json
import os
import pty
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import traceback
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(TOOLS))

from hdt_cli import doctor, main, top, view  # noqa: E402
from hdt_cli.error import HdtError  # noqa: E402
from hdt_cli.text import aligned, duration, printable, unescaped  # noqa: E402

HDT = str(TOOLS / "hdt")
ODD = b'odd "bytes"\\\n'
TABLES = ("table=demo creator=hdt_demo_consumer class=atomic state=live handlers=2 max=16777216 autoload=off "
          "stats=on refused=3\n"
          "table=odd\\x20\\x22bytes\\x22\\x5c\\x0a creator=built-in class=sleepable state=live handlers=1 max=7 "
          "autoload=on stats=off refused=0\n"
          "table=gone creator=x class=atomic state=destroyed handlers=0 max=16777216 autoload=off stats=off refused=1\n")
HANDLER = ("table={table} key={key} owner={owner} mode=shared handle=0x{handle:016x} generation=5 revision={revision} "
           "version=0x00000000000000ff entry=fn budget=1024 captured={captured} release={release} age={age} "
           "calls={calls} ns={ns} signature=int demo_add(int a, int b)\n")
REFUSALS = ("table=demo count=2 err=-2 reason=no such key\ntable=demo count=1 err=-91 reason=signature differs\n"
            "table=gone count=1 err=-2 reason=no such table\n")
PENDING = "table=later owner=early_bird handlers=3 err=0\n"


def handler(key, **fields):
    """A line of hdt/handlers."""
    return HANDLER.format(**{"table": "demo", "key": key, "owner": "m", "handle": 0x500000001, "revision": 0,
                             "captured": 0, "release": "-", "age": "-", "calls": 0, "ns": 0} | fields)


HANDLERS = (handler("GET:/about", calls=4, ns=10000, handle=0x500000002) +
            handler("add", captured=9, release="free_it", age="12s") +
            handler("\\x20\\xff", table="odd\\x20\\x22bytes\\x22\\x5c\\x0a", calls="-", ns="-"))


def write(directory, **files):
    """Files such as hdt has; names may have slashes."""
    for name, text in files.items():
        path = Path(directory, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="latin-1")


def hdt(*arguments, status=0, **options):
    """Run it; what it said on stdout, or on stderr if it was to fail."""
    result = subprocess.run([HDT, *arguments], capture_output=True, timeout=60, check=False, **options)
    said = (result.stdout + result.stderr).decode()
    assert result.returncode == status, f"status {result.returncode}: {said}"
    assert "Traceback" not in said, said
    return (result.stderr if status == 1 and result.stderr else result.stdout if status != 2 else
            result.stderr).decode()


@contextlib.contextmanager
def files():
    """A directory with all four."""
    with tempfile.TemporaryDirectory(prefix="hdt-command.") as directory:
        write(directory, tables=TABLES, handlers=HANDLERS, refusals=REFUSALS, pending=PENDING)
        os.chmod(directory, 0o755)
        yield directory


# ---- what is read --------------------------------------------------------------

def test_any_bytes():
    """any bytes come back from what hdt, and the tool, make of them"""
    random.seed(1)
    for _ in range(2000):
        raw = bytes(random.randrange(1, 256) for _ in range(random.randrange(1, 256)))
        kernel = b"".join(bytes([b]) if 0x21 <= b < 0x7f and b not in b'"\\' else b"\\x%02x" % b for b in raw)
        line = b"table=t key=" + kernel + b" count=1 err=-2 reason=no such key"
        assert unescaped(view.split(line)[b"key"]) == raw
        assert unescaped(printable(raw).encode()) == raw


def test_fields():
    """fields may be added, in any place, and plain words may look like fields"""
    line = HANDLERS.split("\n", maxsplit=1)[0].encode()
    parsed = view.parse_handler(line)
    assert parsed.key == b"GET:/about" and parsed.calls == 4 and parsed.signature == "int demo_add(int a, int b)"
    assert view.parse_handler(line.replace(b" owner=", b" new=1 owner=")) == parsed
    words = view.parse_handler(line + b" owner=x calls=7")
    assert words.calls == 4 and words.signature.endswith("b) owner=x calls=7")


def test_damaged():
    """lines that are not understood are refused, with the line"""
    with files() as directory:
        for bad in ("table=demo\n", "\n", "calls\n", HANDLERS.replace("calls=4", "calls=four"),
                    HANDLERS.replace(" budget=", " budge=")):
            write(directory, handlers=bad)
            assert "handlers: line 1 is not what this tool knows" in hdt(
                "list", "--all", "--from", directory, status=1)


def test_figures():
    """times and tables are readable"""
    assert [duration(ns) for ns in (0, 7, 999, 1000, 12345, 123456, 1e6, 1.5e9, 2e12)] == [
        "0ns", "7ns", "999ns", "1us", "12.3us", "123us", "1ms", "1.5s", "2000s"]
    assert aligned([["A", "NR"], ["xx", "7"], ["y", "123"]], ("NR",)) == ["A    NR", "xx    7", "y   123"]


# ---- list and show ---------------------------------------------------------------

def test_list():
    """list: tables, and who waits for one"""
    with files() as directory:
        said = hdt("list", "--from", directory).splitlines()
        assert said[0].split() == ["TABLE", "CLASS", "HANDLERS", "MAX", "STATS", "REFUSED", "CREATOR", "NOTES"]
        assert said[1].split() == ["demo", "atomic", "2", "-", "on", "3", "hdt_demo_consumer", "-"]
        assert said[2].startswith('odd "bytes"\\x5c\\x0a  sleepable'), said[2]
        assert said[2].endswith("built-in           autoload") and said[3].endswith("destroyed")
        assert said[-1].split() == ["later", "3", "early_bird", "waits"]
        write(directory, pending=PENDING.replace("err=0", "err=-17"))
        assert hdt("list", "--from", directory).splitlines()[-1].endswith("refused (-17)")


def test_list_handlers():
    """list TABLE: its handlers, in order"""
    with files() as directory:
        said = hdt("list", "demo", "--from", directory).splitlines()
        assert [line.split()[0] for line in said] == ["KEY", "GET:/about", "add"]
        assert said[1].split()[5:7] == ["4", "2.5us"] and said[2].split()[5:7] == ["0", "-"]
        said = hdt("list", "--all", "--from", directory).splitlines()
        assert said[0].startswith("TABLE") and len(said) == 4 and " \\xff" in said[3]
        assert hdt("list", "--names", "--from", directory).splitlines() == ["demo", "gone", 'odd "bytes"\\x5c\\x0a']
        assert hdt("list", "--names", "demo", "--from", directory).splitlines() == ["GET:/about", "add"]


def test_json():
    """list, show: JSON"""
    with files() as directory:
        said = json.loads(hdt("list", "--json", "--from", directory))
        assert [table["table"] for table in said["tables"]] == ["demo", 'odd "bytes"\\x5c\\x0a', "gone"]
        assert said["tables"][0] == {
            "table": "demo", "creator": "hdt_demo_consumer", "class": "atomic", "state": "live", "handlers": 2,
            "max": 16777216, "autoload": False, "stats": True, "refused": 3}
        assert said["pending"] == [{"table": "later", "owner": "early_bird", "handlers": 3, "err": 0}]
        said = json.loads(hdt("list", "--all", "--json", "--from", directory))["handlers"]
        assert len(said) == 3 and said[2]["key"] == " \\xff" and said[2]["calls"] is None
        one = json.loads(hdt("show", "--json", "demo", "add", "--from", directory))
        assert one == said[1] and one["handle"] == "0x0000000500000001" and one["release"] == "free_it"
        assert one["captured"] == 9 and one["age"] == 12 and one["signature"] == "int demo_add(int a, int b)"
        said = json.loads(hdt("show", "--json", "demo", "--from", directory))
        assert said["refusals"] == [{"reason": "no such key", "err": -2, "count": 2},
                                    {"reason": "signature differs", "err": -91, "count": 1}]


def test_show():
    """show: a handler by its key as it is, or as it is printed; a table with its refusals"""
    with files() as directory:
        said = hdt("show", "demo", "add", "--from", directory)
        assert re.search(r"^captured: +9 bytes$", said, re.M) and re.search(r"^release: +free_it$", said, re.M)
        for table in (os.fsdecode(ODD), 'odd "bytes"\\x5c\\x0a', "odd\\x20\\x22bytes\\x22\\x5c\\x0a"):
            for key in (b" \xff", b" \\xff", b"\\x20\\xff"):
                assert "key:        \\x20" not in hdt("show", table, os.fsdecode(key), "--from", directory)
        said = hdt("show", "demo", "--from", directory).splitlines()
        assert said[-3].split() == ["REFUSED", "ERRNO", "REASON"] and said[-2].split()[:2] == ["2", "-2"]


def test_not_found():
    """what is not there is said, with status 1; wrong usage with status 2"""
    with files() as directory:
        assert "there is no table nowhere" in hdt("show", "nowhere", "--from", directory, status=1)
        assert "there is no table \\x07" in hdt("list", "\x07", "--from", directory, status=1)
        assert "table demo has no key sub: 'hdt list demo'" in hdt("show", "demo", "sub", "--from", directory, status=1)
        for wrong in (["show"], ["list", "a", "b"], ["top", "--sort", "name"], ["top", "--interval", "0"],
                      ["top", "--interval", "x"], ["top", "--count", "-1"], ["stats", "maybe"], ["nothing"], []):
            assert "usage:" in hdt(*wrong, status=2)


def test_no_hdt():
    """without hdt, and without permission, it says what to do"""
    with tempfile.TemporaryDirectory() as empty, files() as directory:
        said = hdt("list", "--from", empty, status=1)
        assert re.search("hdt is not loaded|debugfs is not mounted|older than this tool", said), said
        if os.geteuid() == 0:
            for name in ("tables", "handlers"):
                os.chmod(f"{directory}/{name}", 0)
            # By another name: what nobody may read is not all that nobody may do.
            copy = shutil.copytree(TOOLS, f"{empty}/tools", ignore=shutil.ignore_patterns("test", "rings", "bench"))
            os.chmod(empty, 0o755)
            said = subprocess.run(["/usr/bin/env", "python3", f"{copy}/hdt", "list", "--from", directory], user=65534,
                                  group=65534, extra_groups=[], capture_output=True, text=True, check=False,
                                  env={"PATH": "/usr/bin:/bin"})
            assert said.returncode == 1 and "is for root: try sudo" in said.stderr, said


def test_pipe():
    """who reads half of the output gets no complaint"""
    with files() as directory:
        write(directory, handlers="".join(handler(f"k{i}") for i in range(20000)))
        said = subprocess.run(f"'{HDT}' list demo --from '{directory}' | head -n 2", shell=True, capture_output=True,
                              text=True, check=True)
        assert len(said.stdout.splitlines()) == 2 and not said.stderr, said


# ---- top ---------------------------------------------------------------------------

def sample(at, *lines, refused=0):
    """What top.take() makes of files."""
    parsed = [view.parse_handler(line.rstrip("\n").encode()) for line in lines]
    table = view.parse_table(TABLES.split("\n", maxsplit=1)[0].replace("refused=3", f"refused={refused}").encode())
    return top.Sample(at, [table], {(h.table, h.key, h.handle, h.revision): h for h in parsed})


def test_compare():
    """top: what happened between two looks, whatever came and went"""
    before = sample(10.0, handler("a", calls=10, ns=1000), handler("b", calls=5, ns=50), handler("c", calls=9, ns=9),
                    handler("d", calls=3, ns=3), handler("idle", calls=4, ns=4), handler("old", calls=4, ns=4))
    now = sample(12.0, handler("a", calls=30, ns=1001000), handler("b", calls=2, ns=20),
                 handler("c", calls=7, ns=7, revision=1), handler("d", calls=6, ns=6, handle=9),
                 handler("idle", calls=4, ns=4), handler("new", calls=1, ns=5000000000), refused=8)
    rows = {row.handler.key: row for row in top.compare(before, now)}
    assert {key: (row.calls, row.ns) for key, row in rows.items()} == {
        b"a": (20, 1000000),    # the difference
        b"b": (2, 20),          # less than before: switched off and on
        b"c": (7, 7),           # replaced
        b"d": (6, 6),           # another one of this key
        b"new": (1, 5000000000)}
    assert rows[b"a"].rate == 10 and rows[b"a"].busy == 0.0005
    for order, first in (("calls", b"a"), ("time", b"new"), ("mean", b"new")):
        assert sorted(rows.values(), key=top.SORT[order])[0].handler.key == first
    assert "18 calls/s of 5 handlers, 4 refused/s, in 1 table" in top.head_line(before, now, list(rows.values()))


def top_while(change, *arguments):
    """What top says, in this process, of what changes in each of its intervals."""
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    slept, saved = top.time.sleep, sys.argv
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}
    top.time.sleep, sys.argv = (lambda seconds: change()), ["hdt", "top", *arguments]
    try:
        with contextlib.redirect_stdout(out):
            assert main.main() == 0
    finally:
        top.time.sleep, sys.argv = slept, saved
        for number, former in handlers.items():
            signal.signal(number, former)
    return out.buffer.getvalue().decode()


def test_top_once():
    """top --once: one interval, no control characters; --json: one line"""
    with files() as directory:
        for arguments in (["--once"], ["--count", "1"], ["--once", "--json"]):
            write(directory, handlers=HANDLERS)
            said = top_while(lambda: write(directory, handlers=HANDLERS.replace("calls=4 ns=10000",
                                                                                 "calls=34 ns=70000")),
                             "demo", "--from", directory, *arguments)
            assert "\x1b" not in said, said
            if "--json" in arguments:
                one, = json.loads(said)["handlers"]
                assert one["key"] == "GET:/about" and one["calls"] == 30 and one["ns"] == 60000
                assert one["total_calls"] == 34 and len(said.splitlines()) == 1
            else:
                assert re.search(r"^ +\d+ +[0-9.]+% +2us +34  demo +GET:/about +m$", said, re.M), said


def test_top_switches():
    """top: switches on what is off, also a table that comes later, and off again"""
    with files() as directory:
        write(directory, stats="", tables=TABLES.replace("stats=on", "stats=off"))
        written = []

        class Watched(view.View):
            def switch(self, table, on):
                written.append((table.name, on))
                super().switch(table, on)
                write(directory, tables=Path(directory, "tables").read_text(encoding="latin-1").replace(
                    *(("stats=off", "stats=on") if on else ("stats=on", "stats=off"))))

        watched = Watched(directory)
        switch = top.Switch(watched, passive=False)
        alive = [table for table in watched.tables() if not table.destroyed]
        assert switch.on(alive) and written == [(b"demo", True), (ODD, True)]
        assert not top.Switch(watched, passive=True).on(alive)
        switch.restore()
        assert written[2:] == [(b"demo", False), (ODD, False)]
        assert Path(directory, "stats").read_bytes().startswith(b"-odd")


def test_top_off():
    """top --passive: says that statistics are off"""
    with files() as directory:
        said = hdt("top", 'odd "bytes"\\x5c\\x0a', "--once", "--interval", "0.1", "--from", directory, status=1)
        assert "statistics are off" in said


def screen(directory, term, rows, columns):
    """What top writes on a terminal, until it is interrupted."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("LINES", "COLUMNS")}
    with subprocess.Popen([HDT, "top", "--interval", "0.2", "--from", directory], stdin=theirs, stdout=theirs,
                          stderr=subprocess.PIPE, env=environment | {"TERM": term}) as running:
        os.close(theirs)
        said = b""
        while said.count(b"hdt top, ") < 3:
            said += os.read(ours, 65536)
        running.send_signal(signal.SIGINT)
        complaint = running.stderr.read()
        assert running.wait(60) == 0 and not complaint, complaint
        os.close(ours)
    return said.replace(b"\r\n", b"\n").decode()


def test_top_screen():
    """top on a terminal: what fits, from its top; on one that can do nothing, one after the other"""
    with files() as directory:
        write(directory, handlers="".join(handler(f"k{i}", calls=1000 - i) for i in range(50)))
        pages = screen(directory, "vt100", 10, 60).split("\x1b[H")
        assert len(pages) > 3 and not pages[0]
        for page in pages[1:3]:
            lines = page.removesuffix("\x1b[J").split("\x1b[K\n")
            assert len(lines) <= 10 and all(len(line) < 60 for line in lines), page
        assert "\x1b" not in screen(directory, "dumb", 10, 60)


def test_top_signals():
    """top ends with status 0 when it is told to"""
    with files() as directory:
        for number in (signal.SIGINT, signal.SIGTERM):
            with subprocess.Popen([HDT, "top", "--interval", "0.1", "--from", directory], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE) as running:
                running.stdout.readline()
                running.send_signal(number)
                running.stdout.read()
                assert running.wait(60) == 0 and not running.stderr.read()


def test_stats():
    """stats: writes what hdt takes"""
    with files() as directory:
        write(directory, stats="")
        hdt("stats", "on", 'odd "bytes"\\x5c\\x0a', "--from", directory)
        assert Path(directory, "stats").read_bytes() == b"+odd\\x20\\x22bytes\\x22\\x5c\\x0a"
        hdt("stats", "off", "demo", "--from", directory)
        assert Path(directory, "stats").read_bytes() == b"-demo"
        hdt("stats", "on", "nowhere", "--from", directory, status=1)


# ---- doctor --------------------------------------------------------------------------

CONFIG = "".join(f"CONFIG_{name}=y\n" for name, _, _ in doctor.OPTIONS)


@contextlib.contextmanager
def machine(**changes):
    """A machine that lacks nothing, but for changes: None for a file that is not there."""
    with tempfile.TemporaryDirectory(prefix="hdt-doctor.") as root:
        tree = {
            "proc/sys/kernel/osrelease": "6.12.1-test\n", "proc/sys/kernel/arch": "x86_64\n",
            "boot/config-6.12.1-test": CONFIG, "proc/self/status": "Name:\tx\nCapEff:\t000001ffffffffff\n",
            "proc/self/uid_map": "         0          0 4294967295\n",
            "proc/self/mounts": "debug /sys/kernel/debug debugfs rw 0 0\ntrace /sys/kernel/tracing tracefs rw 0 0\n",
            "sys/kernel/security/lockdown": "[none] integrity confidentiality\n",
            "sys/module/module/parameters/sig_enforce": "N\n", "proc/sys/kernel/modules_disabled": "0\n",
            "sys/module/hdt/initstate": "live\n", "sys/module/hdt/version": "0.1.0\n",
            "sys/kernel/debug/hdt/tables": TABLES, "sys/kernel/debug/hdt/pending": "",
            "sys/kernel/tracing/events/hdt/enable": "0\n", "sys/kernel/btf/vmlinux": "", "sys/kernel/btf/hdt": "",
            "usr/bin/bpftrace": "#!/bin/sh\necho bpftrace v0.17.0\n",
        } | changes
        write(root, **{name: text for name, text in tree.items() if text is not None})
        if tree["usr/bin/bpftrace"]:
            os.chmod(f"{root}/usr/bin/bpftrace", 0o755)
        yield root


def diagnosed(**changes):
    """Status and findings that are not "ok", by their check."""
    with machine(**changes) as root:
        said = subprocess.run([HDT, "doctor", "--json", "--root", root], capture_output=True, text=True, check=False)
        assert "Traceback" not in said.stderr and said.returncode in (0, 1), said.stderr
        result = json.loads(said.stdout)
        assert result["fit"] == (said.returncode == 0)
        found = [finding for finding in result["findings"] if finding["state"] != "ok"]
        assert all(finding["advice"] for finding in found), found
        return said.returncode, {finding["check"]: finding["state"] for finding in found}


def without_hdt(**changes):
    gone = ("sys/module/hdt/initstate", "sys/module/hdt/version", "sys/kernel/debug/hdt/tables",
            "sys/kernel/debug/hdt/pending", "sys/kernel/tracing/events/hdt/enable", "sys/kernel/btf/hdt")
    return diagnosed(**({name: None for name in gone} | changes))


def test_doctor_fit():
    """doctor: a machine that lacks nothing"""
    assert diagnosed() == (0, {})
    with machine() as root:
        said = hdt("doctor", "--root", root)
        assert said.endswith("\n0 problems\n") and "3 tables with 3 handlers" in said and "->" not in said
    assert diagnosed(**{"sys/module/hdt/initstate": None}) == (0, {})   # built in


def test_doctor_findings():
    """doctor: each thing that can be missing, with what to do"""
    problem, note = doctor.PROBLEM, doctor.NOTE
    for expected, changes in (
            ((1, {"kernel": problem}), {"proc/sys/kernel/osrelease": "5.10.0\n", "boot/config-5.10.0": CONFIG}),
            ((0, {"kernel": note}), {"proc/sys/kernel/arch": "riscv64\n"}),
            ((0, {"config": doctor.UNKNOWN}), {"boot/config-6.12.1-test": None}),
            ((1, {"config": problem}), {"boot/config-6.12.1-test": CONFIG.replace("DEBUG_FS=y", "DEBUG_FS=n")}),
            ((0, {"config": note}), {"boot/config-6.12.1-test": CONFIG.replace("CONFIG_TASKS_TRACE_RCU=y\n", "")}),
            ((0, {"privileges": note}), {"proc/self/status": "CapEff:\t0000000000000000\n"}),
            ((0, {"namespaces": note}), {"proc/self/uid_map": "0 1000 1\n"}),
            ((0, {"namespaces": note}), {".dockerenv": ""}),
            ((0, {"lockdown": note}), {"sys/kernel/security/lockdown": "none [integrity] confidentiality\n"}),
            ((1, {"lockdown": problem}), {"sys/kernel/security/lockdown": "none integrity [confidentiality]\n"}),
            ((0, {"signature": note}), {"sys/module/module/parameters/sig_enforce": "Y\n"}),
            ((0, {"signature": note}), {"proc/sys/kernel/modules_disabled": "1\n"}),
            ((1, {"module": problem}), {"sys/module/hdt/initstate": "coming\n"}),
            ((1, {"debugfs": problem, "tracefs": note}), {"proc/self/mounts": ""}),
            ((1, {"debugfs": problem}), {"sys/kernel/debug/hdt/tables": "what=ever\n"}),
            ((1, {"debugfs": problem}), {"sys/kernel/debug/hdt/tables": None, "sys/kernel/debug/hdt/pending": None}),
            ((0, {"providers": note}), {"sys/kernel/debug/hdt/pending": PENDING}),
            ((0, {"tracefs": note}), {"sys/kernel/tracing/events/hdt/enable": None}),
            ((0, {"BTF": note}), {"sys/kernel/btf/hdt": None}),
            ((0, {"BTF": note}), {"sys/kernel/btf/vmlinux": None}),
            ((0, {"bpftrace": note}), {"usr/bin/bpftrace": "#!/bin/sh\necho bpftrace v0.9.4\n"}),
            ((0, {"bpftrace": note}), {"usr/bin/bpftrace": "#!/bin/sh\nexit 127\n"})):
        assert diagnosed(**changes) == expected, f"{changes}: {diagnosed(**changes)}, not {expected}"
    assert without_hdt() == (1, {"module": problem})
    assert without_hdt(**{"proc/sys/kernel/modules_disabled": "1\n"}) == (1, {"module": problem, "signature": problem})
    with machine(**{"sys/module/hdt/initstate": None, "sys/module/hdt/version": None,
                    "lib/modules/6.12.1-test/modules.dep": "extra/hdt.ko.xz:\n"}) as root:
        assert "-> modprobe hdt\n" in subprocess.run([HDT, "doctor", "--root", root], capture_output=True, text=True,
                                                     check=False).stdout


def test_doctor_here():
    """doctor: of this machine, whatever it is, it says something"""
    said = subprocess.run([HDT, "doctor", "--json"], capture_output=True, text=True, check=False)
    result = json.loads(said.stdout)
    assert said.returncode == (0 if result["fit"] else 1) and len(result["findings"]) >= 10 and not said.stderr


# ---- manual and completion -------------------------------------------------------------

def options():
    """{command: its long options} as the parser has them."""
    parser = main.make_parser()
    commands, = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return {name: [option for action in sub._actions for option in action.option_strings
                   if option.startswith("--")] for name, sub in commands.choices.items()}


def test_manual():
    """hdt(1) names every command and option, and is sound"""
    text = (TOOLS / "man/hdt.1").read_text(encoding="utf-8")
    for command, its in options().items():
        assert f".Ss hdt {command}\n" in text and f".Cm {command}\n" in text, command
        for option in its:
            assert option == "--help" or re.search(rf"Fl -{option[2:]}\b", text), f"{command} {option}"
    for tool in (["mandoc", "-T", "lint", "-W", "style"], ["man", "--warnings", "-l"]):
        if shutil.which(tool[0]):
            said = subprocess.run([*tool, TOOLS / "man/hdt.1"], capture_output=True, text=True, check=False,
                                  env=os.environ | {"PAGER": "cat", "MANPAGER": "cat", "LC_ALL": "C.UTF-8"})
            complaints = said.stderr if tool[0] == "man" else "\n".join(
                line for line in said.stdout.splitlines() if "outdated mandoc.db" not in line)
            assert not complaints, complaints


def completed(*words, stub="demo\nother\n"):
    """What bash offers for the last of these words."""
    script = f"""
        hdt() {{ [ "$1 $2" = 'list --names' ] || return 1; [ "${{3:-}}" ] && printf 'GET:/x\\na b\\nadd\\n' || printf '{stub}'; }}
        . '{TOOLS}/completion/hdt'
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _hdt
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    said = subprocess.run(["bash", "-c", script, "bash", *words], capture_output=True, text=True, check=True,
                          cwd=Path(__file__).parent)
    assert not said.stderr, said.stderr
    return said.stdout.split("\n")[:-1] if said.stdout != "\n" else []


def test_completion():
    """completion: commands, options, tables, keys"""
    its = options()
    assert set(completed("hdt", "")) == set(its) | {"--help"}
    for command, expected in its.items():
        assert set(completed("hdt", command, "--")) == set(expected), command
    assert completed("hdt", "sh") == ["show"]
    assert completed("hdt", "show", "") == ["demo", "other"] and completed("hdt", "list", "o") == ["other"]
    assert completed("hdt", "show", "demo", "") == ["GET:/x", "add"]
    assert completed("hdt", "show", "--json", "demo", "a") == ["add"]
    assert completed("hdt", "show", "demo", "add", "") == []
    assert completed("hdt", "top", "--sort", "t") == ["time"]
    assert completed("hdt", "top", "--sort", "time", "d") == ["demo"]
    assert completed("hdt", "stats", "") == ["on", "off"] and completed("hdt", "stats", "on", "d") == ["demo"]
    assert completed("hdt", "show", "", stub="") == []
    assert "good/" in completed("hdt", "inspect", "g")


def test_installed():
    """make tools_install: what is installed runs from there"""
    with tempfile.TemporaryDirectory() as root:
        subprocess.run(["make", "-s", "-C", TOOLS.parent, "tools_install", f"DESTDIR={root}", "PREFIX=/usr"], check=True,
                       stdout=subprocess.DEVNULL, env={k: v for k, v in os.environ.items() if not k.startswith("MAKE")})
        for name in ("share/man/man1/hdt.1", "share/bash-completion/completions/hdt"):
            assert Path(root, "usr", name).is_file(), name
        said = subprocess.run([f"{root}/usr/bin/hdt", "doctor", "--json"], capture_output=True, text=True, cwd="/",
                              check=False)
        assert len(json.loads(said.stdout)["findings"]) >= 10, said


def cases():
    return [(name, function) for name, function in globals().items() if name.startswith("test_")]


def run(wanted):
    """All cases, or those that are named."""
    failed = 0
    for name, function in cases():
        if wanted and name not in wanted:
            continue
        try:
            function()
            print(f"ok - {function.__doc__}", flush=True)
        except (Exception, HdtError):   # pylint: disable=broad-except
            failed += 1
            print(f"not ok - {function.__doc__}")
            print("".join(f"    {line}\n" for line in traceback.format_exc().splitlines()), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
