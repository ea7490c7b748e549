# SPDX-License-Identifier: GPL-2.0-only
"""List what a module provides, out of its file, without loading it.

BUDGET is the stack that a handler declares, with * where it declares none;
FRAME and DEEPEST are what its function, and the deepest chain of calls inside
the module, were found to take, if it was built with tools/stack.mk: + for "or
more", - for not known.
"""
import argparse
import json
from typing import Dict, List, Optional

from hdt_cli.elf import Elf
from hdt_cli.provides import Handler, read_handlers, why_nothing
from hdt_cli.stack import read_record
from hdt_cli.text import aligned

NAME = "inspect"
HELP = "list what a module's file provides"
COLUMNS = ("TABLE", "KEY", "MODE", "BUDGET", "FRAME", "DEEPEST", "ENTRY", "OPTIONS", "HASH", "SIGNATURE")
NUMBERS = ("BUDGET", "FRAME", "DEEPEST")


def _options(elf: Elf, handler: Handler) -> str:
    options = []
    if handler.ctx:
        options.append(f"ctx={elf.name_of(handler.ctx)}")
    if handler.capture_size:
        options.append(f"capture={handler.capture_size}")
    if handler.release:
        options.append(f"release={elf.name_of(handler.release)}")
    return ",".join(options) or "-"


def _row(elf: Elf, handler: Handler, stack: Optional[dict]) -> List[str]:
    found = [str(stack[what]) if stack and stack[what] is not None else "-" for what in ("frame", "deepest")]
    if stack and stack["at_least"]:
        found[-1 if stack["deepest"] is not None else 0] += "+"
    return [handler.table, handler.key, handler.mode, f"{handler.budget}{'' if handler.declared else '*'}",
            *found, elf.name_of(handler.entry) or "NULL", _options(elf, handler),
            f"#{handler.signature.hash:016x}", handler.signature.text]


def _as_json(elf: Elf, handler: Handler, stack: Optional[dict]) -> dict:
    return {
        "table": handler.table, "key": handler.key, "mode": handler.mode,
        "signature": handler.signature.text, "hash": f"{handler.signature.hash:016x}",
        "stack_bytes": handler.budget, "stack_declared": bool(handler.declared),
        "entry": elf.name_of(handler.entry), "ctx": elf.name_of(handler.ctx),
        "capture_size": handler.capture_size, "capture": elf.name_of(handler.capture),
        "release": elf.name_of(handler.release),
        "found": {key: value for key, value in stack.items() if key not in ("table", "key")} if stack else None,
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a .ko, also one packed with xz or gzip")
    parser.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    elf = Elf(args.file)
    handlers = read_handlers(elf)
    if not handlers:
        raise why_nothing(elf)
    stacks: Dict = read_record(elf)
    found = [(handler, stacks.get((handler.table, handler.key))) for handler in handlers]
    if args.json:
        print(json.dumps({"file": args.file, "machine": elf.machine.name, "aliases": elf.modinfo("alias"),
                          "handlers": [_as_json(elf, *pair) for pair in found]}, indent=2))
        return 0
    print(f"machine: {elf.machine.name}")
    print(f"aliases: {' '.join(elf.modinfo('alias')) or '-'}\n")
    print(*aligned([list(COLUMNS)] + [_row(elf, *pair) for pair in found], NUMBERS), sep="\n")
    return 0
