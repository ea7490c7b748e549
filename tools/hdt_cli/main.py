# SPDX-License-Identifier: GPL-2.0-only
"""Command line: finds the command, turns errors into messages.

A command is a module with NAME, HELP, add_arguments(parser) and run(args),
which returns the exit status: 0 fine, 1 not found, not possible or not fine, 2
wrong usage (argparse's).
"""
import argparse
import os
import sys

from hdt_cli import doctor, inspect, list, show, stack, stats, top
from hdt_cli.error import HdtError

COMMANDS = (list, show, top, stats, doctor, inspect, stack)


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hdt", description="Tools for hdt, the handler dispatch table.",
                                     epilog="'hdt COMMAND --help' says more, as does hdt(1).")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        sub = commands.add_parser(command.NAME, help=command.HELP, description=command.__doc__,
                                  formatter_class=argparse.RawDescriptionHelpFormatter)
        command.add_arguments(sub)
        sub.set_defaults(run=command.run)
    return parser


def main() -> int:
    # Names from a command line may be any bytes: they are printed escaped, but be sure.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not where a caller collects what is said
            stream.reconfigure(errors="backslashreplace")
    args = make_parser().parse_args()
    try:
        status = args.run(args)
        sys.stdout.flush()
        return status
    except HdtError as error:
        print(f"hdt: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has had enough; nor may Python's own flush complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
