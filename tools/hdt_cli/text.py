# SPDX-License-Identifier: GPL-2.0-only
"""Bytes as text that can be read, and back; aligned tables; figures with units."""
import re
from typing import Collection, List, Sequence


def printable(raw: bytes) -> str:
    """Any bytes, as printable ASCII."""
    return "".join(chr(byte) if 0x20 <= byte < 0x7f and byte != 0x5c else f"\\x{byte:02x}" for byte in raw)


def unescaped(raw: bytes) -> bytes:
    """What printable(), or hdt, made of some bytes, as these bytes."""
    return re.sub(rb"\\x([0-9a-fA-F]{2})", lambda match: bytes([int(match[1], 16)]), raw)


def aligned(rows: Sequence[Sequence[str]], numbers: Collection[str] = ()) -> List[str]:
    """Lines of a table; the first row has the columns' names, of which numbers are aligned at the right."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    return ["  ".join(cell.rjust(width) if name in numbers else cell.ljust(width)
                      for cell, width, name in zip(row, widths, rows[0])).rstrip() for row in rows]


def number_of(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def duration(ns: float) -> str:
    """A time with the unit that suits it."""
    for limit, divisor, unit in ((1e3, 1, "ns"), (1e6, 1e3, "us"), (1e9, 1e6, "ms")):
        if ns < limit:
            break
    else:
        divisor, unit = 1e9, "s"
    value = ns / divisor
    return f"{value:.0f}{unit}" if divisor == 1 or value >= 100 else f"{value:.3g}{unit}"
