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
    if value is None:
        return ""
    return f"{value / 1000:.1f}" if value < 100000 else f"{value / 1000:.0f}"


def size(count):
    """A count as people say it."""
    for unit, name in ((1000000, "M"), (1000, "k")):
        if count >= unit and count % unit == 0:
            return f"{count // unit}{name}"
    return str(count)


class Results:
    """The records of comparisons, to be asked."""

    def __init__(self, found):
        self.all = found
        self.races = [record for record in found if "pattern" in record]
        self.icount = any(record.get("icount") for record in found)

    def values(self, key, **where):
        """The different values of a field, in the order they came."""
        return list(dict.fromkeys(record[key] for record in self.races
                                  if all(record[k] == v for k, v in where.items())))

    def get(self, field="min", **where):
        """One number of a comparison, or None. Instructions are the call's alone."""
        for record in self.races:
            if all(record[k] == v for k, v in where.items()):
                if self.icount and record["peer"] != "empty loop":
                    return record[field] - self.get(field, **where | {"peer": "empty loop"})
                return record[field]
        return None

    def of(self, name):
        """The records of something that is no comparison."""
        return [record for record in self.all if record.get("set") == name
                and "pattern" not in record]


WORDS = {
    ("warm", "random"): "random handlers",
    ("warm", "one"): "one hot handler",
    ("warm", "miss"): "keys that are not there",
    ("cold", "random"): "random handlers, each with its context in memory of its own",
}


def races(results, name, unit):
    """A table for each comparison: a row for each peer, a column for each size or length."""
    for which in results.values("set"):
        column = "len" if which == "lengths" else "nr"
        for ctx in results.values("ctx", set=which):
            for pattern in results.values("pattern", set=which, ctx=ctx):
                where = {"set": which, "ctx": ctx, "pattern": pattern}
                for field in ("min",) if results.icount else ("min", "median"):
                    title(f"{name}, {which}: {unit} a call, {field}, {WORDS[ctx, pattern]}")
                    columns = results.values(column, **where)
                    grid(["bytes in a key" if column == "len" else "handlers",
                          *(size(value) for value in columns)],
                         [[peer, *(number(results.get(field, peer=peer, **where, **{column: value}))
                                   for value in columns)]
                          for peer in results.values("peer", **where)])


# (what, compared with, pattern, {number of handlers: goal})
SMALL = (16, 1000, 10000)
LARGE = (100000, 1000000)
RHASH = "rhashtable + call"
SYMBOL = "symbol_get, call, symbol_put"
GOALS = (
    ("hdt by handle", "indirect call", "random", {nr: 1.15 for nr in SMALL + LARGE}),
    ("hdt by handle", "indirect call", "one", {16: 1.5}),
    ("hdt call site", "direct call", "one", {16: 1.5}),
    ("hdt by key", RHASH, "random", {nr: 0.7 for nr in SMALL} | {nr: 0.45 for nr in LARGE}),
    ("hdt by prepared key", RHASH, "random",
     {nr: 0.6 for nr in SMALL} | {nr: 0.35 for nr in LARGE}),
    ("hdt by key", "boxed, hdt by key", "random", {nr: 0.7 for nr in SMALL + LARGE}),
    ("hdt by key", SYMBOL, "one", {16: 0.05}),
)


def judged(ratio, limit, at_least=False):
    """Does it meet the goal?"""
    return "met" if (ratio >= limit if at_least else ratio <= limit) else "MISSED"


def goals(results):
    """Ratios of minima and of medians, against the goals; as rows."""
    rows = []
    for peer, other, pattern, limits in GOALS:
        if peer == "hdt call site" and not results.icount:
            continue    # User-mode Linux has no static calls
        for nr, limit in limits.items():
            # The size that two comparisons have is taken from the one with more peers.
            which = "ways" if nr == 16 else "sizes"
            ratios = []
            for field in ("min", "median"):
                where = {"set": which, "nr": nr, "pattern": pattern}
                mine = results.get(field, peer=peer, **where)
                theirs = results.get(field, peer=other, **where)
                ratios.append(mine / theirs if mine and theirs else None)
            if ratios[0] is not None:
                rows.append([f"{peer} / {other}", "one hot" if pattern == "one" else size(nr),
                             *(f"{ratio:.2f}" for ratio in ratios), f"<= {limit}",
                             judged(ratios[0], limit)])
    return rows


def batch(results):
    """Many at once, and the memory they take."""
    rows = [[size(r["nr"]), r["register_ns"], r["remove_ns"], r["register_gps"],
             r["remove_gps"], r["bytes"] or "", r["slab_bytes"] if r["bytes"] else ""] for r in results.of("batch")]
    if rows:
        title("many handlers in one batch, for each")
        grid(["handlers", "register ns", "remove ns", "grace periods", "and",
              "bytes", "of them in slabs"], rows)


def churn(results):
    """Latencies under changes."""
    rows = [[f"{r['kind']}, {size(r['rate'])} a second", r["changes"], r["calls"], r["p50"],
             r["p90"], r["p99"], r["p999"], r["max"]] for r in results.of("churn")]
    if rows:
        title("calls by key while the table changes: ns")
        grid(["changes", "done", "calls", "p50", "p90", "p99", "p99.9", "max"], rows)


def scale(results):
    """What a second CPU adds."""
    rows = []
    for record in results.of("scale"):
        rows.append([record["peer"], record["two"] / record["one"],
                     record["two_sum"] / record["one_sum"]])
    if rows:
        title("two CPUs calling one handler: their calls to those of one CPU")
        bare = rows[0]
        grid(["", "best window", "all windows", "to that of an indirect call"],
             [[row[0], f"{row[1]:.2f}", f"{row[2]:.2f}", f"{row[2] / bare[2]:.2f}"]
              for row in rows])


def others(results):
    """Numbers that are a sentence each."""
    for r in results.of("nest"):
        print(f"\nhandlers that call each other, {r['bytes']} bytes of stack a level: "
              f"{r['deep']} deep, then {r['err']} (stack: {r['stack']})")
    for r in results.of("collision"):
        print(f"\nkeys made to collide: {r['taken']} of {r['tried']} taken, then {r['err']}")


def show(name, found):
    """All of a part's tables."""
    results = Results(found)
    races(results, name, "instructions" if results.icount else "ns")
    batch(results)
    churn(results)
    scale(results)
    others(results)
    rows = goals(results)
    if rows:
        title(f"{name}: goals")
        grid(["ratio", "handlers", "minima", "medians", "goal", ""], rows)
