# SPDX-License-Identifier: GPL-2.0-only
"""Bytes as text that can be read, and back; aligned tables; figures with units."""
import re
from typing import Collection, List, Sequence

ODD = re.compile(rb"[^ -\[\]-~]")     # but printable ASCII, and the backslash
ESCAPED = re.compile(rb"\\x([0-9a-fA-F]{2})")


def printable(raw: bytes) -> str:
    """Any bytes, as printable ASCII."""
    return ODD.sub(lambda match: b"\\x%02x" % match[0][0], raw).decode("ascii")


def unescaped(raw: bytes) -> bytes:
    """What printable(), or hdt, made of some bytes, as these bytes."""
    return ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), raw) if b"\\" in raw else raw


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
