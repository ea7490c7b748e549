# SPDX-License-Identifier: GPL-2.0-only
"""What a module provides, read from its file: struct hdt_provides and all that
it leads to.
"""
from typing import List, NamedTuple, Optional

from hdt_cli.elf import Elf, External, Place, Target
from hdt_cli.error import HdtError
from hdt_cli.text import printable

# The layout of include/hdt/{hdt,types,signature}.h on 64-bit machines: offsets.
# The test compiles assertions from this; handler_size, which every module
# carries, tells a module of another layout from a damaged one.
LAYOUT = {
    "struct hdt_provides": {"table": 0, "handlers": 8, "nr": 16, "handler_size": 20},
    "struct hdt_handler": {
        "sig": 0, "key": 8, "entry": 16, "ctx": 24, "opts.mode": 32, "opts.stack_bytes": 36,
        "opts.capture": 40, "opts.capture_size": 48, "opts.release": 56,
    },
    "struct hdt_signature": {"name": 0, "params": 8, "nr": 16, "type": 24},
    "struct hdt_type": {"code": 0, "name": 8},
}
SIZE = {"struct hdt_provides": 24, "struct hdt_handler": 64, "struct hdt_signature": 136, "struct hdt_type": 16}
MODES = ("shared", "exclusive", "once")
PARAMS_MAX = 6
STACK_DEFAULT = 1024    # HDT_STACK_DEFAULT in include/hdt/types.h
SECTION = ".hdt_provides"


class Type(NamedTuple):
    code: int
    name: bytes


class Signature(NamedTuple):
    name: str
    text: str       # as hdt's own reports spell it
    types: List[Type]

    @property
    def hash(self) -> int:
        """hdt_type_mix() over all types, as NAME_hash() folds it."""
        value = 0x9e3779b97f4a7c15
        for kind in self.types:
            value = type_mix(value, kind)
        return value


class Handler(NamedTuple):
    table: str
    key: str
    signature: Signature
    mode: str
    declared: int       # stack_bytes; 0 for the default
    capture_size: int
    entry: Target
    ctx: Target
    capture: Target
    release: Target

    @property
    def budget(self) -> int:
        return self.declared or STACK_DEFAULT


def type_mix(value: int, kind: Type) -> int:
    mask = (1 << 64) - 1
    value = (value ^ (kind.code + 0x100000001)) * 0xd6e8feb86659fd93 & mask
    if not kind.code:
        for byte in kind.name.replace(b" ", b""):
            value = (value ^ byte) * 0xff51afd7ed558ccd & mask
    return value ^ value >> 32


def _at(place: Place, struct: str, member: str) -> Place:
    return place + LAYOUT[struct][member]


def _signature(elf: Elf, place: Place) -> Signature:
    def at(member: str) -> Place:
        return _at(place, "struct hdt_signature", member)

    name = printable(elf.string(at("name"), "a signature's name"))
    params = printable(elf.string(at("params"), f"signature {name}: params"))
    nr, = elf.read("I", at("nr"))
    if not 1 <= nr <= 1 + PARAMS_MAX:
        raise elf.error(f"signature {name} has {nr} types")
    types = []
    for i in range(nr):
        kind = at("type") + i * SIZE["struct hdt_type"]
        code, = elf.read("H", _at(kind, "struct hdt_type", "code"))
        types.append(Type(code, elf.string(_at(kind, "struct hdt_type", "name"), f"signature {name}: a type's name")))
    text = f"{printable(types[0].name)} {name}({params[2:] if nr > 1 else 'void'})"
    return Signature(name, text, types)


def _handler(elf: Elf, table: str, place: Place) -> Handler:
    def at(member: str) -> Place:
        return _at(place, "struct hdt_handler", member)

    key = printable(elf.string(at("key"), f"table {table}: a handler's key"))
    mode, = elf.read("I", at("opts.mode"))
    if mode >= len(MODES):
        raise elf.error(f"handler {key} has mode {mode}, which hdt does not know")
    return Handler(
        table=table, key=key, mode=MODES[mode],
        signature=_signature(elf, elf.place(at("sig"), f"handler {key}: the signature")),
        declared=elf.read("I", at("opts.stack_bytes"))[0],
        capture_size=elf.read("Q", at("opts.capture_size"))[0],
        entry=elf.pointer(at("entry")), ctx=elf.pointer(at("ctx")),
        capture=elf.pointer(at("opts.capture")), release=elf.pointer(at("opts.release")))


def read_handlers(elf: Elf) -> List[Handler]:
    """All handlers of the module's module_hdt_handlers()."""
    index = elf.find(SECTION)
    if index is None:
        return []
    handlers, size = [], SIZE["struct hdt_provides"]
    if not elf.sections[index].size or elf.sections[index].size % size:
        raise elf.error(f"{SECTION} is not made of entries of {size} bytes: built with another version of hdt?")
    for start in range(0, elf.sections[index].size, size):
        record = Place(index, start)
        nr, handler_size = elf.read("II", _at(record, "struct hdt_provides", "nr"))
        if handler_size != SIZE["struct hdt_handler"]:
            raise elf.error(f"its struct hdt_handler has {handler_size} bytes, this tool knows one of "
                            f"{SIZE['struct hdt_handler']}: use the tool of the hdt it was built with")
        table = printable(elf.string(_at(record, "struct hdt_provides", "table"), "a table's name"))
        first = elf.place(_at(record, "struct hdt_provides", "handlers"), f"table {table}: the array of handlers")
        handlers += [_handler(elf, table, first + i * handler_size) for i in range(nr)]
    return handlers


def why_nothing(elf: Elf) -> HdtError:
    """For a module of which read_handlers() finds none."""
    used = {symbol.name for symbol in elf.symbols if symbol.section == 0}
    if "__hdt_register" in used or "__hdt_replace" in used:
        return elf.error("registers its handlers as it runs (hdt_register_all(), NAME_register(), "
                         "NAME_replace()): only module_hdt_handlers() leaves a record in the file")
    if any(name.startswith(("hdt_", "__hdt_")) for name in used):
        return elf.error("uses hdt, but provides nothing")
    return elf.error("does not use hdt")


def external(handler: Handler) -> Optional[str]:
    """The entry's name, if it is in another module."""
    return handler.entry.name if isinstance(handler.entry, External) else None
