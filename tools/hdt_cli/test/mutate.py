# SPDX-License-Identifier: GPL-2.0-only
"""Inspect many damaged copies of a module: errors are fine, tracebacks are not.

mutate.py MODULE SCRATCH-FILE; prints how many copies gave which exit status.
"""
import collections
import contextlib
import io
import os
import random
import sys
from typing import Iterator

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "../.."))

from hdt_cli.main import main  # noqa: E402


def damaged(data: bytes) -> Iterator[bytes]:
    rng = random.Random(1)
    for i in range(100):
        yield data[:len(data) * i // 100]
    for i in range(64):
        yield data[:i] + bytes([data[i] ^ 0xff]) + data[i + 1:]
    for _ in range(500):
        copy = bytearray(data)
        for _ in range(rng.choice((1, 4, 64))):
            copy[rng.randrange(len(copy))] = rng.choice((0, 1, 0x7f, 0xff, rng.randrange(256)))
        yield bytes(copy)


def inspect(path: str) -> int:
    sys.argv = ["hdt", "inspect", path] + random.choice(([], ["--json"]))
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as errors:
        status = main()
    if status not in (0, 1) or bool(status) != errors.getvalue().startswith("hdt: "):
        raise AssertionError(f"status {status}, but: {errors.getvalue()}")
    return status


with open(sys.argv[1], "rb") as module:
    CONTENTS = module.read()
SCRATCH = sys.argv[2]
counts: collections.Counter = collections.Counter()
for version in damaged(CONTENTS):
    with open(SCRATCH, "wb") as file:
        file.write(version)
    counts[inspect(SCRATCH)] += 1
print(f"{sum(counts.values())} damaged files: {counts[1]} refused, {counts[0]} read")
