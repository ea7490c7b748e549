# SPDX-License-Identifier: GPL-2.0-only
"""List the tables, or the handlers of one, as they are now.

In what is printed all but printable ASCII is \\xHH, and a backslash is \\x5c. CALLS
and MEAN, the time that a call takes, are - unless the table's statistics are on
("hdt stats", "hdt top").
"""
import argparse
import json
from typing import List, Optional

from hdt_cli.text import aligned, duration, printable
from hdt_cli.view import Handler, Pending, Table, View, add_from

NAME = "list"
HELP = "list tables, or the handlers of one"
NUMBERS = ("HANDLERS", "MAX", "REFUSED", "BUDGET", "CALLS", "MEAN")
NO_LIMIT = 0x1000000    # HDT_SLOT_MAX


def table_json(table: Table) -> dict:
    return {"table": printable(table.name), "creator": table.creator,
            "class": "sleepable" if table.sleepable else "atomic",
            "state": "destroyed" if table.destroyed else "live", "handlers": table.handlers, "max": table.max,
            "autoload": table.autoload, "stats": table.stats, "refused": table.refused}


def handler_json(handler: Handler) -> dict:
    return handler._asdict() | {"table": printable(handler.table), "key": printable(handler.key),
                                "handle": f"{handler.handle:#018x}", "version": f"{handler.version:#018x}"}


def pending_json(pending: Pending) -> dict:
    return pending._asdict() | {"table": printable(pending.table)}


def _table_row(table: Table) -> List[str]:
    notes = [note for note, said in (("autoload", table.autoload), ("destroyed", table.destroyed)) if said]
    return [printable(table.name), "sleepable" if table.sleepable else "atomic", str(table.handlers),
            "-" if table.max >= NO_LIMIT else str(table.max), "on" if table.stats else "off", str(table.refused),
            table.creator, ",".join(notes) or "-"]


def mean(calls: Optional[int], ns: Optional[int]) -> str:
    return duration(ns / calls) if calls and ns is not None else "-"


def _handler_row(handler: Handler, with_table: bool) -> List[str]:
    calls = "-" if handler.calls is None else str(handler.calls)
    return ([printable(handler.table)] if with_table else []) + [
        printable(handler.key), handler.owner, handler.mode, handler.entry, str(handler.budget), calls,
        mean(handler.calls, handler.ns), handler.signature]


def _list_tables(view: View, as_json: bool) -> None:
    tables, pending = list(view.tables()), list(view.pending())
    if as_json:
        print(json.dumps({"tables": [table_json(table) for table in tables],
                          "pending": [pending_json(one) for one in pending]}, indent=2))
        return
    columns = ["TABLE", "CLASS", "HANDLERS", "MAX", "STATS", "REFUSED", "CREATOR", "NOTES"]
    print(*aligned([columns] + [_table_row(table) for table in tables], NUMBERS), sep="\n")
    if pending:
        rows = [[printable(one.table), str(one.handlers), one.owner, f"refused ({one.err})" if one.err else "waits"]
                for one in pending]
        print("", *aligned([["TABLE THAT IS MISSED", "HANDLERS", "OWNER", "STATE"]] + rows, NUMBERS), sep="\n")


def _list_handlers(view: View, name: Optional[str], as_json: bool) -> None:
    handlers = list(view.handlers(view.find_table(name) if name is not None else None))
    handlers.sort(key=lambda handler: (handler.table, handler.key))
    if as_json:
        print(json.dumps({"handlers": [handler_json(handler) for handler in handlers]}, indent=2))
        return
    columns = ["KEY", "OWNER", "MODE", "ENTRY", "BUDGET", "CALLS", "MEAN", "SIGNATURE"]
    rows = [(["TABLE"] if name is None else []) + columns]
    print(*aligned(rows + [_handler_row(handler, name is None) for handler in handlers], NUMBERS), sep="\n")


def _list_names(view: View, name: Optional[str], everything: bool) -> None:
    if name is None and not everything:
        names = {table.name for table in view.tables()}
    else:
        names = {handler.key for handler in view.handlers(view.find_table(name) if name is not None else None)}
    for one in sorted(names):
        print(printable(one))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", metavar="TABLE", nargs="?", help="list its handlers")
    parser.add_argument("--all", action="store_true", help="list the handlers of all tables")
    parser.add_argument("--names", action="store_true", help="only names, or keys, one a line")
    parser.add_argument("--json", action="store_true", help="for programs")
    add_from(parser)


def run(args: argparse.Namespace) -> int:
    view = View(args.directory)
    if args.names:
        _list_names(view, args.table, args.all)
    elif args.all or args.table is not None:
        _list_handlers(view, args.table, args.json)
    else:
        _list_tables(view, args.json)
    return 0
