# SPDX-License-Identifier: GPL-2.0-only
"""Results as text: what was measured, and how it stands to the goals."""


def title(text):
    """A heading."""
    print(f"\n{text}\n{'=' * len(text)}")


def grid(head, rows):
    """Columns, the first to the left, the others to the right."""
    width = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        print("  ".join(str(cell).ljust(width[i]) if not i else str(cell).rjust(width[i])
                        for i, cell in enumerate(row)).rstrip())


def number(value):
    """Thousandths as a readable number."""
    return "" if value is None else f"{value / 1000:.1f}" if value < 100000 else f"{value / 1000:.0f}"


def size(count):
    """A count as people say it."""
    for unit, name in ((1000000, "M"), (1000, "k")):
        if count >= unit and count % unit == 0:
            return f"{count // unit}{name}"
    return str(count)


class Results:
    """The records of comparisons, to be asked."""

    def __init__(self, found):
        self.races = [record for record in found if "peer" in record]

    def values(self, key, **where):
        """The different values of a field, in the order they came."""
        return list(dict.fromkeys(record[key] for record in self.races
                                  if all(record[k] == v for k, v in where.items())))

    def get(self, field="min", **where):
        """One number, or None."""
        for record in self.races:
            if all(record[k] == v for k, v in where.items()):
                return record[field]
        return None


def by_size(results, field, **where):
    """A row for each peer, a column for each number of handlers."""
    sizes = results.values("nr", **where)
    rows = []
    for peer in results.values("peer", **where):
        rows.append([peer] + [number(results.get(field, peer=peer, nr=nr, **where))
                              for nr in sizes])
    grid(["handlers"] + [size(nr) for nr in sizes], rows)


# (what, peer, compared with, pattern, {number of handlers: goal})
SMALL = (16, 1000, 10000)
LARGE = (100000, 1000000)
RHASH = "rhashtable + call"
GOALS = (
    ("hdt by handle", "indirect call", "random", {nr: 1.15 for nr in SMALL + LARGE}),
    ("hdt by handle", "indirect call", "one", {16: 1.5}),
    ("hdt by key", RHASH, "random", {nr: 0.7 for nr in SMALL} | {nr: 0.45 for nr in LARGE}),
    ("hdt by prepared key", RHASH, "random",
     {nr: 0.6 for nr in SMALL} | {nr: 0.35 for nr in LARGE}),
    ("hdt by key", "boxed, hdt by key", "random", {nr: 0.7 for nr in SMALL + LARGE}),
)


def goals(results, **where):
    """Ratios of minima and of medians, against the goals."""
    rows = []
    for peer, other, pattern, limits in GOALS:
        for nr, limit in limits.items():
            ratios = []
            for field in ("min", "median"):
                mine = results.get(field, peer=peer, nr=nr, pattern=pattern, **where)
                theirs = results.get(field, peer=other, nr=nr, pattern=pattern, **where)
                ratios.append(mine / theirs if mine and theirs else None)
            if ratios[0] is None:
                continue
            rows.append([f"{peer} / {other}", "one hot" if pattern == "one" else size(nr),
                         *(f"{ratio:.2f}" for ratio in ratios), f"{limit:.2f}",
                         "met" if ratios[0] <= limit else "MISSED"])
    grid(["ratio", "handlers", "minima", "medians", "goal", ""], rows)


def show(name, found):
    """All of a part's tables."""
    results = Results(found)
    for ctx in results.values("ctx"):
        for pattern in results.values("pattern", ctx=ctx):
            where = {"ctx": ctx, "pattern": pattern}
            for length in results.values("len", **where):
                title(f"{name}: ns for a call, keys of {length} bytes, {ctx} contexts, {pattern}"
                      " (minimum of chunks)")
                by_size(results, "min", len=length, **where)
                title(f"{name}: the same, medians")
                by_size(results, "median", len=length, **where)
    title(f"{name}: goals")
    goals(results, ctx="warm", len=20)
