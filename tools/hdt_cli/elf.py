# SPDX-License-Identifier: GPL-2.0-only
"""Relocatable ELF: the .o and .ko files of 64-bit x86 and ARM.

Pointers in such a file are zero; what they will point to is in relocations.
Every access is checked, so that a damaged file gives an HdtError.
"""
import functools
import gzip
import lzma
import struct
import zlib
from typing import Dict, List, NamedTuple, Optional, Union

from hdt_cli.error import HdtError

ET_REL = 1
SHT_SYMTAB, SHT_RELA, SHT_NOBITS = 2, 4, 8
SHN_UNDEF, SHN_LORESERVE, SHN_XINDEX = 0, 0xff00, 0xffff
STB_LOCAL = 0
STT_NOTYPE, STT_OBJECT, STT_FUNC, STT_FILE = 0, 1, 2, 4


class Machine(NamedTuple):
    name: str
    pointer: int    # the relocation of a 64-bit pointer


MACHINES = {62: Machine("x86-64", 1), 183: Machine("arm64", 257)}


class Section(NamedTuple):
    name: str
    type: int
    offset: int
    size: int
    link: int
    info: int


class Symbol(NamedTuple):
    name: str
    type: int
    bind: int
    section: int
    value: int
    size: int
    file: Optional[str]     # source file of a local symbol


class Place(NamedTuple):
    """An address in a file that has no addresses yet."""
    section: int
    offset: int

    def __add__(self, offset: int) -> "Place":
        return Place(self.section, self.offset + offset)


class External(NamedTuple):
    """What another module, or the kernel, has."""
    name: str


Target = Union[Place, External, None]


def read_module(path: str) -> bytes:
    """The contents of a file, unpacked if it is a packed module."""
    try:
        with open(path, "rb") as file:
            data = file.read()
        if data.startswith(b"\xfd7zXZ\0"):
            return lzma.decompress(data)
        if data.startswith(b"\x1f\x8b"):
            return gzip.decompress(data)
    except OSError as error:
        raise HdtError(f"{path}: {error.strerror or error}") from None
    except (lzma.LZMAError, EOFError, zlib.error) as error:
        raise HdtError(f"{path}: cannot unpack: {error}") from None
    if data.startswith(b"\x28\xb5\x2f\xfd"):
        raise HdtError(f"{path}: packed with zstd, which Python cannot read: unpack it with zstd -d")
    return data


class Elf:
    def __init__(self, path: str) -> None:
        self.path = path
        self.data = read_module(path)
        if self.data[:4] != b"\x7fELF":
            raise self.error("not an ELF file")
        if self.data[4:6] != b"\x02\x01":
            raise self.error("not 64-bit little-endian ELF")
        kind, machine = self._unpack("<HH", 16)
        if kind != ET_REL:
            raise self.error("not relocatable: neither a .ko nor a .o")
        if machine not in MACHINES:
            raise self.error(f"for machine {machine}; known are x86-64 and arm64")
        self.machine = MACHINES[machine]
        self.sections = self._read_sections()
        self.symbols = self._read_symbols()

    def error(self, message: str) -> HdtError:
        return HdtError(f"{self.path}: {message}")

    # ---- the file -----------------------------------------------------------

    def _unpack(self, form: str, offset: int) -> tuple:
        try:
            return struct.unpack_from(form, self.data, offset)
        except (struct.error, OverflowError):
            raise self.error(f"truncated or damaged: nothing at offset {offset}") from None

    def _read_sections(self) -> List[Section]:
        table, = self._unpack("<Q", 40)
        entry_size, count, names = self._unpack("<HHH", 58)
        if entry_size != 64 or not count or names >= count:
            raise self.error("truncated or damaged: no usable section headers")
        raw = [self._unpack("<IIQQQQIIQQ", table + 64 * i) for i in range(count)]
        sections = [Section("", kind, offset, size, link, info)
                    for _, kind, _, _, offset, size, link, info, _, _ in raw]
        return [section._replace(name=self._string(sections[names], header[0]))
                for section, header in zip(sections, raw)]

    def _string(self, section: Section, offset: int) -> str:
        return self._bytes_at(section, offset).decode("utf-8", "backslashreplace")

    def _bytes_at(self, section: Section, offset: int) -> bytes:
        """The NUL-terminated string at an offset of a section."""
        content = self.content(section)
        end = content.find(b"\0", offset)
        if not 0 <= offset < len(content) or end < 0:
            raise self.error(f"truncated or damaged: no string at {section.name or '?'}+{offset:#x}")
        return content[offset:end]

    @functools.lru_cache(maxsize=None)
    def content(self, section: Section) -> bytes:
        if section.type == SHT_NOBITS:
            raise self.error(f"damaged: {section.name} has no contents")
        if section.offset + section.size > len(self.data):
            raise self.error(f"truncated or damaged: {section.name or 'a section'} ends behind the file's end")
        return self.data[section.offset:section.offset + section.size]

    def find(self, name: str) -> Optional[int]:
        """The index of a section."""
        return next((i for i, section in enumerate(self.sections) if section.name == name), None)

    def _section(self, index: int) -> Section:
        if index >= len(self.sections):
            raise self.error(f"damaged: there is no section {index}")
        return self.sections[index]

    # ---- symbols ------------------------------------------------------------

    def _read_symbols(self) -> List[Symbol]:
        table = next((s for s in self.sections if s.type == SHT_SYMTAB), None)
        if table is None:
            raise self.error("has no symbols")
        strings, file, symbols = self._section(table.link), None, []
        for offset in range(table.offset, table.offset + table.size, 24):
            name, info, _, section, value, size = self._unpack("<IBBHQQ", offset)
            if section == SHN_XINDEX:
                raise self.error("has more sections than hdt can read")
            text = self._string(strings, name)
            kind, bind = info & 15, info >> 4
            if kind == STT_FILE:
                file = text
            symbols.append(Symbol(text, kind, bind, section, value, size,
                                  file if bind == STB_LOCAL else None))
        return symbols

    @functools.cached_property
    def _symbols_by_place(self) -> Dict[Place, List[Symbol]]:
        places: Dict[Place, List[Symbol]] = {}
        for symbol in self.symbols:
            if symbol.name and symbol.type in (STT_NOTYPE, STT_OBJECT, STT_FUNC) and \
                    SHN_UNDEF < symbol.section < SHN_LORESERVE and not symbol.name.startswith("$"):
                places.setdefault(Place(symbol.section, symbol.value), []).append(symbol)
        return places

    def symbols_at(self, place: Place) -> List[Symbol]:
        """All names of an address, functions' first."""
        return sorted(self._symbols_by_place.get(place, []), key=lambda s: s.type != STT_FUNC)

    def name_of(self, target: Target) -> Optional[str]:
        """An address for people: "symbol", "symbol+8", ".section+0x10"; None for NULL."""
        if not isinstance(target, Place):
            return target.name if target else None
        for symbol in self.symbols_at(target):
            return symbol.name
        for symbol in self.symbols:
            if symbol.type in (STT_OBJECT, STT_FUNC) and symbol.section == target.section and \
                    symbol.value < target.offset < symbol.value + symbol.size:
                return f"{symbol.name}+{target.offset - symbol.value}"
        return f"{self._section(target.section).name}+{target.offset:#x}"

    # ---- data ---------------------------------------------------------------

    @functools.lru_cache(maxsize=None)
    def _relocations(self, index: int) -> Dict[int, tuple]:
        """Of one section: offset to (type, symbol, addend)."""
        relocations = {}
        for section in self.sections:
            if section.type != SHT_RELA or section.info != index:
                continue
            for at in range(section.offset, section.offset + section.size, 24):
                offset, info, addend = self._unpack("<QQq", at)
                relocations[offset] = (info & 0xffffffff, info >> 32, addend)
        return relocations

    def read(self, form: str, place: Place) -> tuple:
        try:
            return struct.unpack_from("<" + form, self.content(self._section(place.section)), place.offset)
        except (struct.error, OverflowError):
            raise self.error(f"damaged: {self.name_of(place)} is outside of its section") from None

    def pointer(self, place: Place) -> Target:
        """What the pointer at an address points to; None for NULL."""
        if place.offset not in self._relocations(place.section):
            value, = self.read("Q", place)
            if value:
                raise self.error(f"damaged: the pointer at {self.name_of(place)} has no relocation")
            return None
        kind, index, addend = self._relocations(place.section)[place.offset]
        if kind != self.machine.pointer or index >= len(self.symbols):
            raise self.error(f"damaged: bad relocation at {self.name_of(place)}")
        symbol = self.symbols[index]
        if symbol.section == SHN_UNDEF:
            return External(symbol.name)
        if symbol.value + addend not in range(self._section(symbol.section).size + 1):
            raise self.error(f"damaged: the pointer at {self.name_of(place)} leads nowhere")
        return Place(symbol.section, symbol.value + addend)

    def place(self, place: Place, what: str) -> Place:
        """As pointer(), for one that must point into the file."""
        target = self.pointer(place)
        if not isinstance(target, Place):
            raise self.error(f"{what} is {'NULL' if target is None else 'in another module'}")
        return target

    def string(self, place: Place, what: str) -> bytes:
        """The string that the pointer at an address points to."""
        target = self.place(place, what)
        return self._bytes_at(self._section(target.section), target.offset)

    # ---- modinfo ------------------------------------------------------------

    def modinfo(self, tag: str) -> List[str]:
        index = self.find(".modinfo")
        if index is None:
            return []
        entries = self.content(self.sections[index]).decode("utf-8", "backslashreplace").split("\0")
        return sorted(entry[len(tag) + 1:] for entry in entries if entry.startswith(tag + "="))
