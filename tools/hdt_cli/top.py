# SPDX-License-Identifier: GPL-2.0-only
"""Show which handlers are busy, again and again, the busiest first.

CALLS/S, and BUSY, the share of one CPU's time, are those of the last interval; MEAN
is the time that a call took in it; CALLS are all since the statistics are on. A
handler's time is that from its entry to its return, whatever it calls or waits for.

Statistics that are off are switched on for as long as this runs, unless it is told
only to look. Ends with ^C, or after --count intervals.
"""
import argparse
import json
import os
import shutil
import signal
import sys
import time
from typing import Dict, List, NamedTuple, Optional, Tuple

from hdt_cli.error import HdtError
from hdt_cli.list import mean
from hdt_cli.text import aligned, number_of, printable
from hdt_cli.view import Handler, Table, View, add_from

NAME = "top"
HELP = "show the busiest handlers, live"
NUMBERS = ("CALLS/S", "BUSY", "MEAN", "CALLS")
Identity = Tuple[bytes, bytes, int, int]


class Sample(NamedTuple):
    at: float
    tables: List[Table]
    handlers: Dict[Identity, Handler]


class Row(NamedTuple):
    handler: Handler
    calls: int      # in the interval
    ns: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.calls / self.seconds

    @property
    def busy(self) -> float:
        return self.ns / self.seconds / 1e9


def take(view: View, name: Optional[str]) -> Sample:
    tables = [view.find_table(name)] if name is not None else [
        table for table in view.tables() if not table.destroyed]
    only = tables[0] if name is not None else None
    handlers = {(one.table, one.key, one.handle, one.revision): one for one in view.handlers(only, counted=True)}
    return Sample(time.monotonic(), tables, handlers)


def compare(before: Sample, now: Sample) -> List[Row]:
    """What happened in between, of all that were called in it."""
    seconds = max(now.at - before.at, 1e-3)
    rows = []
    for identity, handler in now.handlers.items():
        old = before.handlers.get(identity)
        # Smaller than before: switched off and on again.
        known = old if old and old.calls <= handler.calls and old.ns <= handler.ns else None
        calls = handler.calls - (known.calls if known else 0)
        ns = handler.ns - (known.ns if known else 0)
        if calls:
            rows.append(Row(handler, calls, ns, seconds))
    return rows


SORT = {
    "calls": lambda row: (-row.calls, -row.ns),
    "time": lambda row: (-row.ns, -row.calls),
    "mean": lambda row: (-row.ns / row.calls, -row.calls),
}


class Switch:
    """Statistics that are on because of us."""

    def __init__(self, view: View, passive: bool):
        self.view, self.passive = view, passive
        self.ours: Dict[bytes, Table] = {}

    def on(self, tables: List[Table]) -> bool:
        """Where they are off. Whether there was anything to do."""
        off = [] if self.passive else [table for table in tables if not table.stats]
        for table in off:
            self.view.switch(table, True)
            self.ours[table.name] = table
        return bool(off)

    def restore(self) -> None:
        for table in self.ours.values():
            self.view.switch(table, False)


def head_line(before: Sample, now: Sample, rows: List[Row]) -> str:
    seconds = max(now.at - before.at, 1e-3)
    refused = sum(table.refused for table in now.tables) - sum(table.refused for table in before.tables)
    off = [printable(table.name) for table in now.tables if not table.stats]
    note = f"; statistics are off in {', '.join(off)}" if off else ""
    return (f"hdt top, {time.strftime('%H:%M:%S')}: {sum(row.calls for row in rows) / seconds:.0f} calls/s of "
            f"{number_of(len(rows), 'handler')}, {max(refused, 0) / seconds:.0f} refused/s, in "
            f"{number_of(len(now.tables), 'table')}{note}")


def text_lines(before: Sample, now: Sample, rows: List[Row], limit: int) -> List[str]:
    columns = ["CALLS/S", "BUSY", "MEAN", "CALLS", "TABLE", "KEY", "OWNER"]
    cells = [[f"{row.rate:.0f}", f"{row.busy:.1%}", mean(row.calls, row.ns), str(row.handler.calls),
              printable(row.handler.table), printable(row.handler.key), row.handler.owner]
             for row in rows[:limit or None]]
    return [head_line(before, now, rows), "", *aligned([columns] + cells, NUMBERS)]


def as_json(before: Sample, now: Sample, rows: List[Row], limit: int) -> str:
    return json.dumps({
        "seconds": round(now.at - before.at, 3), "calls": sum(row.calls for row in rows), "handlers": [
            {"table": printable(row.handler.table), "key": printable(row.handler.key), "owner": row.handler.owner,
             "calls": row.calls, "ns": row.ns, "calls_per_second": round(row.rate, 3), "busy": round(row.busy, 6),
             "total_calls": row.handler.calls, "total_ns": row.handler.ns} for row in rows[:limit or None]]})


def on_screen() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def show(lines: List[str], screen: bool) -> None:
    """On a screen from its top; elsewhere one after the other."""
    if screen:
        columns, height = shutil.get_terminal_size()
        # Home, each line and nothing after it, nothing below. Two words of every terminal there is.
        lines = [line[:columns - 1] for line in lines[:height - 1]]
        sys.stdout.write("\x1b[H" + "".join(f"{line}\x1b[K\n" for line in lines) + "\x1b[J")
    else:
        print(*lines, sep="\n", end="\n\n")
    sys.stdout.flush()


def _intervals(args: argparse.Namespace, view: View, switch: Switch) -> None:
    before = take(view, args.table)
    if switch.on(before.tables):
        before = take(view, args.table)
    elif not any(table.stats for table in before.tables):
        raise HdtError("statistics are off: without --passive they are switched on; 'hdt stats on' does so, too")
    screen, done = on_screen() and not (args.once or args.json), 0
    limit = shutil.get_terminal_size().lines - 4 if args.lines is None and screen else args.lines or 0
    while True:
        time.sleep(args.interval)
        now = take(view, args.table)
        rows = sorted(compare(before, now), key=SORT[args.sort])
        if args.json:
            print(as_json(before, now, rows, limit), flush=True)
        else:
            show(text_lines(before, now, rows, limit), screen)
        done += 1
        if done == (1 if args.once else args.count):
            return
        switch.on(now.tables)
        before = now


def _seconds(text: str) -> float:
    value = float(text)
    if not 0.05 <= value <= 86400:
        raise ValueError
    return value


def _number(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError
    return value


_seconds.__name__, _number.__name__ = "number of seconds", "number"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", metavar="TABLE", nargs="?", help="only its handlers")
    parser.add_argument("--sort", choices=SORT, default="calls", help="by what (default: calls)")
    parser.add_argument("--interval", metavar="SECONDS", type=_seconds, default=2, help="default: 2")
    parser.add_argument("--count", metavar="N", type=_number, default=0, help="end after so many intervals")
    parser.add_argument("--once", action="store_true", help="one interval, no screen: for scripts")
    parser.add_argument("--lines", metavar="N", type=_number,
                        help="show so many handlers (default: as many as fit the screen, else all)")
    parser.add_argument("--passive", action="store_true", help="do not switch statistics on")
    parser.add_argument("--json", action="store_true", help="for programs: one object, in one line, an interval")
    add_from(parser)


def _stop(*_unused) -> None:
    raise KeyboardInterrupt


def run(args: argparse.Namespace) -> int:
    view = View(args.directory)
    switch = Switch(view, args.passive or args.directory is not None)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, _stop)
    try:
        _intervals(args, view, switch)
    except KeyboardInterrupt:
        pass
    finally:
        switch.restore()
    return 0
