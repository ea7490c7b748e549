# SPDX-License-Identifier: GPL-2.0-only
"""Switch the statistics of tables on or off.

While they are on each call is counted and timed, which sends the table's calls out
of line: they take some tens of nanoseconds more. Switched off, the counts are
gone, and the calls are as fast as before.
"""
import argparse

from hdt_cli.view import View, add_from

NAME = "stats"
HELP = "switch the statistics of tables"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("switch", choices=("on", "off"))
    parser.add_argument("tables", metavar="TABLE", nargs="*", help="all tables, if none is named")
    add_from(parser)


def run(args: argparse.Namespace) -> int:
    view, on = View(args.directory), args.switch == "on"
    tables = [view.find_table(name) for name in args.tables] or [
        table for table in view.tables() if not table.destroyed]
    for table in tables:
        view.switch(table, on)
    return 0
