# SPDX-License-Identifier: GPL-2.0-only
"""Compare the stack budgets that a module's handlers declare with what the
compiler reports.

The compiler writes a .su file for each object with -fstack-usage: the frame of
each function. gcc also writes a .ci file with -fcallgraph-info=su: who calls
whom, so that the deepest chain of calls inside the module counts too. What the
kernel's functions take, and what is called by pointer, no compiler knows.

tools/stack.mk does this in a module's own build.
"""
import argparse
import json
import os
import re
import sys
from typing import Dict, Iterator, List, NamedTuple, Optional, Set, Tuple

from hdt_cli.elf import Elf, Place
from hdt_cli.error import HdtError
from hdt_cli.provides import Handler, external, read_handlers

NAME = "stack"
HELP = "check the stack budgets of a module's handlers"
SECTION = ".comment.hdt"    # where stack.mk leaves the record; modpost warns about other names
UNIT = 64                   # HDT_STACK_UNIT
INDIRECT = "__indirect_call"
NODE = re.compile(r'node: \{ title: "(.*?)" label: "(.*?)"')
EDGE = re.compile(r'edge: \{ sourcename: "(.*?)" targetname: "(.*?)"')
USAGE = re.compile(r"(\d+) bytes \((.*?)\)")


class Frame(NamedTuple):
    """What the compiler says of one function."""
    unit: str           # the .su file, without its suffix
    path: str
    line: int           # 0 if it does not tell
    name: str
    size: int
    kind: str           # static; dynamic: size is the least; dynamic,bounded: the most


class Node(NamedTuple):
    """A function in the graph of calls."""
    name: str
    size: int
    dynamic: bool
    calls: Set[str]


class Usage(NamedTuple):
    """What one handler was found to take."""
    frame: Frame
    deepest: Optional[int]      # None where the compiler does not tell who calls whom
    chain: List[Tuple[str, int]]
    unbounded: List[str]        # functions on the way that take more than is known
    recursive: bool
    outside: List[str]          # functions of other modules that it calls
    indirect: bool

    @property
    def least(self) -> int:
        return max(self.frame.size, self.deepest or 0)

    @property
    def is_least(self) -> bool:
        return self.recursive or bool(self.unbounded)


class Finding(NamedTuple):
    handler: Handler
    usage: Optional[Usage]
    problem: Optional[str]


def read_frames(path: str) -> Iterator[Frame]:
    """gcc: path:line:column:name, clang: path:line:name; then size and kind."""
    for line in _lines(path):
        fields = line.split("\t")
        match = re.fullmatch(r"(.*?)((?::\d+)*):([^:]+)", fields[0])
        if len(fields) != 3 or not match or not fields[1].isdigit():
            raise HdtError(f"{path}: not what -fstack-usage writes: {line}")
        number = int(match[2].split(":")[1]) if match[2] else 0
        yield Frame(os.path.splitext(path)[0], match[1], number, match[3], int(fields[1]), fields[2])


def _lines(path: str) -> List[str]:
    try:
        with open(path, encoding="utf-8", errors="backslashreplace") as file:
            return file.read().splitlines()
    except OSError as error:
        raise HdtError(f"{path}: {error.strerror}") from None


class Graph:
    """Who calls whom, out of gcc's .ci files."""

    def __init__(self) -> None:
        self.nodes: Dict[str, Node] = {}
        self.units: Dict[Tuple[str, str], str] = {}     # unit and function: title

    def add_file(self, path: str) -> None:
        unit, edges = os.path.splitext(path)[0], []
        for line in _lines(path):
            node, edge = NODE.match(line), EDGE.match(line)
            if edge:
                edges.append(edge.groups())
            elif node and (usage := USAGE.search(node[2])):
                self._add_node(unit, node[1], node[2].split("\\n")[0], int(usage[1]), usage[2])
        for caller, callee in edges:
            if caller in self.nodes:
                self.nodes[caller].calls.add(callee)

    def _add_node(self, unit: str, title: str, name: str, size: int, kind: str) -> None:
        # A static function of a header is in several units: the largest counts.
        old = self.nodes.get(title, Node(name, 0, False, set()))
        self.nodes[title] = Node(name, max(size, old.size), kind == "dynamic" or old.dynamic, old.calls)
        self.units[unit, name] = title

    def reachable(self, start: str) -> Set[str]:
        """The titles of all that may run, from here on, the start's too."""
        seen, todo = {start}, [start]
        while todo:
            for callee in self.nodes[todo.pop()].calls - seen:
                seen.add(callee)
                if callee in self.nodes:
                    todo.append(callee)
        return seen

    def deepest(self, start: str) -> Tuple[int, List[str], bool]:
        """Bytes and titles of the deepest chain, and whether there is recursion,
        of which one round is counted.
        """
        depth: Dict[str, Tuple[int, Optional[str]]] = {}
        path, recursive = [(start, iter(sorted(self.nodes[start].calls)))], False
        while path:
            title, callees = path[-1]
            for callee in callees:
                if any(callee == caller for caller, _ in path):
                    recursive = True
                elif callee in self.nodes and callee not in depth:
                    path.append((callee, iter(sorted(self.nodes[callee].calls))))
                    break
            else:
                below = [(depth[c][0], c) for c in self.nodes[title].calls if c in depth]
                size, callee = max(below, default=(0, None), key=lambda item: item[0])
                depth[title] = (self.nodes[title].size + size, callee)
                path.pop()
        chain, title = [], start
        while title and title not in chain:
            chain.append(title)
            title = depth[title][1]
        return sum(self.nodes[title].size for title in chain), chain, recursive


class Compiled:
    """All that the compiler has left about a module."""

    def __init__(self, paths: List[str]) -> None:
        self.frames: Dict[str, List[Frame]] = {}
        self.graph = Graph()
        for path in self._files(paths):
            for frame in read_frames(path):
                self.frames.setdefault(frame.name, []).append(frame)
            graph = os.path.splitext(path)[0] + ".ci"
            if os.path.exists(graph):
                self.graph.add_file(graph)

    @staticmethod
    def _files(paths: List[str]) -> Iterator[str]:
        for path in paths:
            if os.path.isdir(path):
                yield from (entry.path for entry in sorted(os.scandir(path), key=lambda e: e.name)
                            if entry.name.endswith(".su"))
            elif os.path.exists(path):
                yield path
            elif not path.endswith(".su"):      # what was written in assembly has none
                raise HdtError(f"{path}: no such file or directory")

    def frame(self, elf: Elf, entry: Place) -> Optional[Frame]:
        """Of the function at an address; two units may have functions of one name."""
        for symbol in elf.symbols_at(entry):
            frames = self.frames.get(symbol.name, [])
            if symbol.file:
                unit = os.path.splitext(os.path.basename(symbol.file))[0]
                frames = [f for f in frames if os.path.basename(f.unit) == unit] or frames
            if frames:
                return max(frames, key=lambda frame: frame.size)
        return None

    def usage(self, frame: Frame) -> Usage:
        title = self.graph.units.get((frame.unit, frame.name))
        if title is None:
            return Usage(frame, None, [(frame.name, frame.size)],
                         [frame.name] if frame.kind == "dynamic" else [], False, [], False)
        nodes = self.graph.nodes
        reachable = self.graph.reachable(title)
        size, chain, recursive = self.graph.deepest(title)
        return Usage(
            frame, size, [(nodes[t].name, nodes[t].size) for t in chain],
            sorted(nodes[t].name for t in reachable if t in nodes and nodes[t].dynamic), recursive,
            sorted(reachable - set(nodes) - {INDIRECT, "__stack_chk_fail"}),
            INDIRECT in reachable)


def _problem(handler: Handler, usage: Usage) -> Optional[str]:
    if usage.least <= handler.budget:
        return None
    declares = f"declares {handler.declared} bytes of stack" if handler.declared else \
        f"declares no stack_bytes, which means {handler.budget}"
    chain = ", ".join(f"{name}() {size}" for name, size in usage.chain)
    enough = -(-usage.least // UNIT) * UNIT
    return (f"{declares}, but takes {usage.least}{' or more' if usage.is_least else ''} ({chain}): "
            f"have .stack_bytes = {enough} or more")


def check(elf: Elf, handlers: List[Handler], compiled: Compiled) -> Iterator[Finding]:
    for handler in handlers:
        frame = compiled.frame(elf, handler.entry) if isinstance(handler.entry, Place) else None
        if frame:
            usage = compiled.usage(frame)
            yield Finding(handler, usage, _problem(handler, usage))
        elif external(handler):
            yield Finding(handler, None, f"is {external(handler)}(), of another module: hdt will refuse it")
        else:
            yield Finding(handler, None, f"cannot be checked: there is no figure for {elf.name_of(handler.entry)}(): "
                          "was it compiled with -fstack-usage?")


def record(elf: Elf, findings: List[Finding]) -> str:
    """For "hdt inspect", which finds it in the module."""
    home = os.path.dirname(os.path.abspath(elf.path))
    rows = []
    for handler, usage, _ in findings:
        if usage is None:
            continue
        path = os.path.abspath(usage.frame.path)
        rows.append({
            "table": handler.table, "key": handler.key, "frame": usage.frame.size, "deepest": usage.deepest,
            "at_least": usage.is_least, "chain": [name for name, _ in usage.chain],
            "outside": usage.outside, "indirect": usage.indirect,
            "file": os.path.relpath(path, home) if path.startswith(home + os.sep) else os.path.basename(path),
            "line": usage.frame.line})
    return json.dumps({"handlers": rows}, separators=(",", ":")) + "\n"


def read_record(elf: Elf) -> Dict[Tuple[str, str], dict]:
    """What record() has left, by table and key; nothing if it was not built with stack.mk."""
    index = elf.find(SECTION)
    if index is None:
        return {}
    try:
        rows = json.loads(elf.content(elf.sections[index]))["handlers"]
        for row in rows:
            _ = int(row["frame"]), int(row["deepest"] or 0), bool(row["at_least"])
        return {(row["table"], row["key"]): row for row in rows}
    except (ValueError, KeyError, TypeError):
        raise elf.error(f"damaged: {SECTION} is not what hdt stack writes") from None


def _remarks(usage: Usage) -> Iterator[str]:
    if usage.recursive:
        yield "recurses: one round of it is counted"
    for name in usage.unbounded:
        yield f"comes to {name}(), which allocates on the stack without a bound: only its fixed part is counted"


def _report(elf: Elf, finding: Finding) -> None:
    """As a compiler would, on stderr."""
    handler, usage, problem = finding
    where = f"{usage.frame.path}:{usage.frame.line}" if usage else elf.path
    who = f'hdt: handler "{handler.key}" of table {handler.table}'
    for remark in _remarks(usage) if usage else ():
        print(f"{where}: warning: {who} {remark}", file=sys.stderr)
    if problem:
        print(f"{where}: error: {who} {problem}", file=sys.stderr)


def _print_all(findings: List[Finding]) -> None:
    for handler, usage, _ in findings:
        if usage:
            print(f"{handler.table} {handler.key}: {handler.budget} {'declared' if handler.declared else 'by default'}"
                  f", {usage.least} found: {', '.join(f'{name}() {size}' for name, size in usage.chain)}")
            if usage.deepest is None:
                print("    its own frame only: the compiler left no .ci file")
            if usage.outside or usage.indirect:
                print("    not counted: " + ", ".join(usage.outside + ["calls by pointer"] * usage.indirect))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a .ko, or the .o it is made from")
    parser.add_argument("--su", metavar="PATH", nargs="+", required=True,
                        help=".su files, or directories that have them; .ci files are looked for beside")
    parser.add_argument("--record", metavar="FILE", help="write what was found there, if all is well")
    parser.add_argument("--quiet", action="store_true", help="say only what is wrong")


def run(args: argparse.Namespace) -> int:
    elf = Elf(args.file)
    findings = list(check(elf, read_handlers(elf), Compiled(args.su)))
    if not args.quiet:
        _print_all(findings)
    for finding in findings:
        _report(elf, finding)
    if any(finding.problem for finding in findings):
        return 1
    if args.record:
        try:
            with open(args.record, "w", encoding="utf-8") as file:
                file.write(record(elf, findings))
        except OSError as error:
            raise HdtError(f"{args.record}: {error.strerror}") from None
    return 0
