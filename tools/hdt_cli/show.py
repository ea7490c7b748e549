# SPDX-License-Identifier: GPL-2.0-only
"""Show all there is to know of one handler, or of one table and what it refused.

A key, or a table's name, may be given as it is, or as it is printed: \\xHH stands
for a byte.
"""
import argparse
import json
import os

from hdt_cli.error import HdtError
from hdt_cli.list import handler_json, mean, table_json
from hdt_cli.text import aligned, printable
from hdt_cli.view import Handler, Table, View, add_from, same_as

NAME = "show"
HELP = "show one handler, or one table"


def _find(view: View, table: Table, key: str) -> Handler:
    wanted = same_as(key)
    found = list(view.handlers(table, keys=wanted))
    if not found:
        raise HdtError(f"table {printable(table.name)} has no key {printable(os.fsencode(key))}: "
                       f"'hdt list {printable(table.name)}' has those that there are")
    return min(found, key=lambda handler: wanted.index(handler.key))


def _print_fields(fields: dict) -> None:
    width = max(map(len, fields)) + 1
    for name, value in fields.items():
        if value is None:
            value = "-"
        elif isinstance(value, bool):
            value = "on" if value else "off"
        print(f"{name + ':':<{width}} {value}")


def _show_handler(view: View, table: Table, key: str, as_json: bool) -> None:
    handler = _find(view, table, key)
    fields = handler_json(handler)
    if as_json:
        print(json.dumps(fields, indent=2))
        return
    fields["budget"] = f"{handler.budget} bytes of stack"
    fields["captured"] = f"{handler.captured} bytes" if handler.captured else None
    fields["age"] = None if handler.age is None else f"{handler.age} s"
    fields["mean"] = mean(handler.calls, handler.ns)
    _print_fields(fields)


def _show_table(view: View, table: Table, as_json: bool) -> None:
    refusals = [refusal for refusal in view.refusals() if refusal.table == table.name]
    refusals.sort(key=lambda refusal: -refusal.count)
    fields = table_json(table)
    if as_json:
        fields["refusals"] = [{"reason": one.reason, "err": one.err, "count": one.count} for one in refusals]
        print(json.dumps(fields, indent=2))
        return
    _print_fields(fields)
    if refusals:
        rows = [[str(one.count), str(one.err), one.reason] for one in refusals]
        print("", *aligned([["REFUSED", "ERRNO", "REASON"]] + rows, ("REFUSED", "ERRNO")), sep="\n")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", metavar="TABLE")
    parser.add_argument("key", metavar="KEY", nargs="?")
    parser.add_argument("--json", action="store_true", help="for programs")
    add_from(parser)


def run(args: argparse.Namespace) -> int:
    view = View(args.directory)
    table = view.find_table(args.table)
    if args.key is None:
        _show_table(view, table, args.json)
    else:
        _show_handler(view, table, args.key, args.json)
    return 0
