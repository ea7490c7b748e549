# SPDX-License-Identifier: GPL-2.0-only
"""What hdt shows under debugfs: found, read, taken apart.

The format is an interface, described in Documentation/introspection.rst: fields
NAME=VALUE, separated by one blank, of which there is none in a value, but for a
last field of plain words. Fields may be added; those that are not known here are
left alone.
"""
import errno
import os
from typing import Dict, Iterator, List, NamedTuple, Optional

from hdt_cli.error import HdtError
from hdt_cli.text import printable, unescaped

WORDS = (b" signature=", b" reason=")
DEBUGFS = "/sys/kernel/debug"


class Table(NamedTuple):
    name: bytes
    escaped: bytes          # as hdt spells it, and takes it
    creator: str
    sleepable: bool
    destroyed: bool
    handlers: int
    max: int
    autoload: bool
    stats: bool
    refused: int


class Handler(NamedTuple):
    table: bytes
    key: bytes
    owner: str
    mode: str
    handle: int
    generation: int
    revision: int
    version: int
    entry: str
    budget: int
    captured: int
    release: Optional[str]
    age: Optional[int]      # seconds; known of handlers that keep something
    calls: Optional[int]    # None: statistics are off
    ns: Optional[int]
    signature: str


class Refusal(NamedTuple):
    table: bytes
    count: int
    err: int
    reason: str


class Pending(NamedTuple):
    table: bytes
    owner: str
    handlers: int
    err: int


def split(line: bytes) -> Dict[bytes, bytes]:
    """The fields of a line, still escaped."""
    words: List[bytes] = []
    for name in WORDS:
        line, separator, rest = line.partition(name)
        if separator:
            words = [name[1:] + rest]
            break
    pairs = [field.split(b"=", 1) for field in line.split(b" ") + words if b"=" in field]
    return {name: value for name, value in pairs}


def _text(value: bytes) -> str:
    return printable(unescaped(value))


def _optional(value: bytes) -> Optional[int]:
    return None if value == b"-" else int(value)


def parse_table(line: bytes) -> Table:
    field = split(line)
    return Table(name=unescaped(field[b"table"]), escaped=field[b"table"], creator=_text(field[b"creator"]),
                 sleepable=field[b"class"] == b"sleepable", destroyed=field[b"state"] == b"destroyed",
                 handlers=int(field[b"handlers"]), max=int(field[b"max"]), autoload=field[b"autoload"] == b"on",
                 stats=field[b"stats"] == b"on", refused=int(field[b"refused"]))


def parse_handler(line: bytes) -> Handler:
    field = split(line)
    return Handler(table=unescaped(field[b"table"]), key=unescaped(field[b"key"]), owner=_text(field[b"owner"]),
                   mode=_text(field[b"mode"]), handle=int(field[b"handle"], 16),
                   generation=int(field[b"generation"]), revision=int(field[b"revision"]),
                   version=int(field[b"version"], 16), entry=_text(field[b"entry"]), budget=int(field[b"budget"]),
                   captured=int(field[b"captured"]),
                   release=None if field[b"release"] == b"-" else _text(field[b"release"]),
                   age=_optional(field[b"age"].rstrip(b"s")), calls=_optional(field[b"calls"]),
                   ns=_optional(field[b"ns"]), signature=_text(field[b"signature"]))


def parse_refusal(line: bytes) -> Refusal:
    field = split(line)
    return Refusal(table=unescaped(field[b"table"]), count=int(field[b"count"]), err=int(field[b"err"]),
                   reason=_text(field[b"reason"]))


def parse_pending(line: bytes) -> Pending:
    field = split(line)
    return Pending(table=unescaped(field[b"table"]), owner=_text(field[b"owner"]),
                   handlers=int(field[b"handlers"]), err=int(field[b"err"]))


def mount_point(filesystem: str, root: str = "/") -> Optional[str]:
    """Where the kernel says that it is mounted."""
    try:
        with open(os.path.join(root, "proc/self/mounts"), "rb") as mounts:
            for line in mounts:
                fields = line.split(b" ")
                if len(fields) > 2 and fields[2] == filesystem.encode():
                    return os.fsdecode(fields[1])
    except OSError:
        pass
    return None


def why_not(error: OSError, path: str) -> HdtError:
    """What a user can do about it."""
    if error.errno in (errno.EACCES, errno.EPERM):
        if os.geteuid() == 0:
            return HdtError(f"{path}: {error.strerror}, to root: kernel lockdown, or a container? 'hdt doctor' looks")
        return HdtError(f"{path} is for root: try sudo")
    if not isinstance(error, FileNotFoundError):
        return HdtError(f"{path}: {error.strerror}")
    if not os.path.exists("/sys/module/hdt"):
        return HdtError("hdt is not loaded: try modprobe hdt")
    if not mount_point("debugfs"):
        return HdtError(f"debugfs is not mounted: try mount -t debugfs none {DEBUGFS}")
    return HdtError(f"there is no {path}: is the hdt that is loaded older than this tool?")


class View:
    """The files of hdt, or copies of them."""

    def __init__(self, directory: Optional[str] = None):
        self.directory = directory or os.path.join(mount_point("debugfs") or DEBUGFS, "hdt")

    def _path(self, name: str) -> str:
        return os.path.join(self.directory, name)

    def lines(self, name: str) -> Iterator[bytes]:
        path = self._path(name)
        try:
            with open(path, "rb") as file:
                for line in file:
                    yield line.rstrip(b"\n")
        except OSError as error:
            raise why_not(error, path) from error

    def _parsed(self, name, parse, lines):
        for number, line in enumerate(lines, 1):
            try:
                yield parse(line)
            except (KeyError, ValueError) as error:
                raise HdtError(f"{self._path(name)}: line {number} is not what this tool knows "
                               f"({error!r}): {printable(line)}") from error

    def tables(self) -> Iterator[Table]:
        return self._parsed("tables", parse_table, self.lines("tables"))

    def refusals(self) -> Iterator[Refusal]:
        return self._parsed("refusals", parse_refusal, self.lines("refusals"))

    def pending(self) -> Iterator[Pending]:
        return self._parsed("pending", parse_pending, self.lines("pending"))

    def handlers(self, table: Optional[Table] = None, keys: Optional[List[bytes]] = None,
                 counted: bool = False) -> Iterator[Handler]:
        """All, or those of one table, or of these keys; if counted, only those that were called."""
        lines = self.lines("handlers")
        # There may be a million lines: most are looked at without being taken apart.
        if table:
            head = b"table=" + table.escaped + b" "
            lines = (line for line in lines if line.startswith(head))
        if keys is not None:
            lines = (line for line in lines if unescaped(line.split(b" ", 2)[1][len(b"key="):]) in keys)
        if counted:
            lines = (line for line in lines if b" calls=0 " not in line and b" calls=- " not in line)
        return self._parsed("handlers", parse_handler, lines)

    def find_table(self, name: str) -> Table:
        """By its name, as it is or as it is shown; one that lives before one that does not."""
        wanted = same_as(name)
        found = [table for table in self.tables() if table.name in wanted]
        if not found:
            raise HdtError(f"there is no table {printable(os.fsencode(name))}: 'hdt list' has those that are")
        return min(found, key=lambda table: (table.destroyed, wanted.index(table.name)))

    def switch(self, table: Table, on: bool) -> None:
        """Statistics; needs root, and a kernel that is not locked down."""
        path = self._path("stats")
        try:
            with open(path, "wb", buffering=0) as file:
                file.write((b"+" if on else b"-") + table.escaped)
        except FileNotFoundError as error:
            if os.path.exists(path):        # the table went meanwhile
                return
            raise why_not(error, path) from error
        except OSError as error:
            raise why_not(error, path) from error


def same_as(argument: str) -> List[bytes]:
    """What a name on the command line may mean: itself, or what it is printed for."""
    raw = os.fsencode(argument)
    return [raw, unescaped(raw)]


def add_from(parser) -> None:
    parser.add_argument("--from", dest="directory", metavar="DIR",
                        help=f"read copies of hdt's files, instead of those in {DEBUGFS}/hdt")
