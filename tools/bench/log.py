# SPDX-License-Identifier: GPL-2.0-only
"""What hdt_bench says in the kernel's log."""

import json
import sys

from uml import kunit

MARK = "hdt_bench: {"


def records(lines):
    """The results among the lines of a kernel's log, and how they end."""
    found = []
    for line in lines:
        at = line.find(MARK)
        if at >= 0:
            record = json.loads(line[at + len(MARK) - 1:])
            if "end" in record:
                if record["end"]:
                    raise kunit.Failure(f"hdt_bench failed: error {record['end']}")
                return found
            found.append(record)
        elif "hdt_bench:" in line or "hdt:" in line:
            print(line, file=sys.stderr)
    raise kunit.Failure("hdt_bench did not come to its end: see the kernel's log")
