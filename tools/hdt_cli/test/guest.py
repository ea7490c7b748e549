# SPDX-License-Identifier: GPL-2.0-only
"""In the guest, beside bytes.ko: does the command understand what hdt.ko says?
Prints 0 or 1, and what was tried.
"""
import contextlib
import io
import json
import os
import subprocess
import sys
import time

HDT = sys.argv[1]
sys.path.insert(0, os.path.dirname(HDT))

from hdt_cli import main  # noqa: E402

TABLE = 'odd "bytes"'
CALL = "/sys/module/bytes/parameters/call"


def hdt(*arguments, status=0):
    """What it says. In this process: to start Python takes seconds here."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    sys.argv = ["hdt", *arguments]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        got = main.main()
    said = [stream.buffer.getvalue().decode() for stream in (out, err)]
    assert got == status, f"{arguments}: {got}: {said}"
    return said[0] if status == 0 else said[1]


def call(byte, times):
    for _ in range(times):
        with open(CALL, "w", encoding="ascii") as file:
            file.write(str(byte))


def keys():
    """list: every byte in a key comes out of the kernel as it went in"""
    handlers = json.loads(hdt("list", "--json", TABLE))["handlers"]
    assert len(handlers) == 255
    expected = sorted(f"a{chr(b)}b" if 0x20 <= b < 0x7f and b != 0x5c else f"a\\x{b:02x}b" for b in range(1, 256))
    assert sorted(handler["key"] for handler in handlers) == expected
    for handler in handlers:
        assert handler["owner"] == "bytes" and handler["entry"] == "answer" and handler["mode"] == "shared"
        assert handler["signature"] == "int byte(unsigned int arg)" and handler["calls"] is None
        assert int(handler["handle"], 16) >> 32 == handler["generation"] and handler["budget"] == 1024


def tables():
    """list: the tables, with who made them"""
    found = {table["table"]: table for table in json.loads(hdt("list", "--json"))["tables"]}
    assert found[TABLE]["handlers"] == 255 and found[TABLE]["creator"] == "bytes"
    assert found["several"]["creator"] == "stranger" and found["several"]["refused"] == 5
    assert hdt("list", "--names").splitlines() == sorted(found)


def kept():
    """show: what a handler has, and keeps"""
    note = json.loads(hdt("show", "--json", "several", "a note"))
    assert note["captured"] == 12 and note["age"] is not None and note["owner"] == "several"
    assert json.loads(hdt("show", "--json", "several", "tick\\x01"))["key"] == "tick\\x01"
    assert json.loads(hdt("show", "--json", "several", "sum"))["mode"] == "once"


def refusals():
    """show: what a table refused, by reason"""
    table = json.loads(hdt("show", "--json", "several"))
    assert table["refusals"] == [{"reason": "signature differs", "err": -91, "count": 5}], table
    call(1, 3)
    table = json.loads(hdt("show", "--json", TABLE))
    assert table["refusals"] == [{"reason": "no such key", "err": -2, "count": 3}], table


def counts():
    """stats: 23 calls are 23 calls, and switched off none"""
    hdt("stats", "on", TABLE)
    call(200, 23)
    one = json.loads(hdt("show", "--json", TABLE, "a\\xc8b"))
    assert one["calls"] == 23 and one["ns"] > 0, one
    assert json.loads(hdt("show", "--json", TABLE, "aab"))["calls"] == 0
    assert json.loads(hdt("show", "--json", TABLE))["stats"] is True
    hdt("stats", "off", TABLE)
    assert json.loads(hdt("show", "--json", TABLE, "a\\xc8b"))["calls"] is None


def live():
    """top: switches statistics on, counts, and off again"""
    with subprocess.Popen([sys.executable, HDT, "top", "--json", "--count", "2", "--interval", "3", "--sort", "calls"],
                          stdout=subprocess.PIPE, text=True) as running:
        while not json.loads(hdt("show", "--json", TABLE))["stats"]:
            time.sleep(0.1)
        # After its first look, which follows.
        time.sleep(2)
        for byte, times in ((65, 41), (10, 17)):
            call(byte, times)
        samples = [json.loads(line) for line in running.stdout]
        assert running.wait() == 0
    seen = {}
    for sample in samples:
        for handler in sample["handlers"]:
            key = (handler["table"], handler["key"])
            seen[key] = seen.get(key, 0) + handler["calls"]
    assert seen.get((TABLE, "aAb")) == 41 and seen.get((TABLE, "a\\x0ab")) == 17, samples
    assert all(not table["stats"] for table in json.loads(hdt("list", "--json"))["tables"])


def killed():
    """top: switches off again when it is ended by a signal"""
    with subprocess.Popen([sys.executable, HDT, "top", "--interval", "60"], stdout=subprocess.DEVNULL) as running:
        while not json.loads(hdt("show", "--json", "several"))["stats"]:
            time.sleep(0.1)
        running.terminate()
        assert running.wait() == 0
    assert all(not table["stats"] for table in json.loads(hdt("list", "--json"))["tables"])


def fit():
    """doctor: finds hdt, its files and its events"""
    said = hdt("doctor", "--json")
    found = {one["check"]: one["state"] for one in json.loads(said)["findings"]}
    for check in ("kernel", "privileges", "lockdown", "module", "debugfs", "tracefs", "BTF"):
        assert found[check] == "ok", said


def text():
    """list, show and top in words"""
    assert len(hdt("list", TABLE).splitlines()) == 256 and "bytes" in hdt("list")
    assert "entry:      answer" in hdt("show", TABLE, "aab")
    assert "CALLS/S" in hdt("top", "--once", "--interval", "0.5")


def nothing():
    """what is not there is said"""
    assert "has no key" in hdt("show", TABLE, "b", status=1)
    assert "there is no table" in hdt("list", "nowhere", status=1)


for case in (keys, tables, kept, refusals, counts, live, killed, fit, text, nothing):
    try:
        case()
        print(0, case.__doc__, flush=True)
    except Exception as error:      # pylint: disable=broad-except
        print(1, f"{case.__doc__}: {type(error).__name__}: {' '.join(str(error).split())[:600]}", flush=True)
