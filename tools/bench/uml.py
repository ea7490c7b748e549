# SPDX-License-Identifier: GPL-2.0-only
"""Measure at native speed: hdt and hdt_bench linked into a UML kernel."""

import hashlib
import importlib.machinery
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
# Resolved: kbuild compiles everything again in a directory of another name.
CACHE = (Path(os.environ.get("HDT_CACHE") or Path.home() / ".cache/hdt") / "bench").resolve()
KEEP_IMAGES = 8


def load_kunit():
    """kunit/run as a module: it knows how to put hdt into a kernel's tree."""
    loader = importlib.machinery.SourceFileLoader("kunit_run", str(PROJECT / "kunit/run"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


kunit = load_kunit()


def hook(source, tree):
    """Make drivers/ of the tree know drivers/hdt and the benchmark in it."""
    kconfig = (source / "drivers/Kconfig").read_text(encoding="utf-8")
    makefile = (source / "drivers/Makefile").read_text(encoding="utf-8")
    if kconfig.count("\nendmenu\n") != 1:
        raise kunit.Failure(f"{source}/drivers/Kconfig is not as expected: adapt hook()")
    kconfig = kconfig.replace("\nendmenu\n", '\nsource "drivers/hdt/module/Kconfig"\n'
                              'source "drivers/hdt/bench/Kconfig"\n\nendmenu\n')
    makefile += "obj-$(CONFIG_HDT) += hdt/\nobj-$(CONFIG_HDT_BENCH) += hdt/bench/\n"
    for name, text in (("Kconfig", kconfig), ("Makefile", makefile)):
        path = tree / "drivers" / name
        if path.read_text(encoding="utf-8") != text:
            kunit.replace_file(path, text)


def sources(tags):
    """{path: contents} of hdt; without tags, a header is another."""
    files = {}
    for top in ("Kbuild", "include", "module"):
        base = PROJECT / top
        for path in [base] if base.is_file() else sorted(base.rglob("*")):
            if path.is_file() and (path.suffix in (".c", ".h") or
                                   path.name in ("Kbuild", "Kconfig")) and \
                    not path.name.endswith(".mod.c"):
                files[path.relative_to(PROJECT)] = path.read_bytes()
    if not tags:
        header = Path("include/hdt/dispatch.h")
        files[header] = without_tags(files[header].decode()).encode()
    return files


def driver(tags):
    """{path in drivers/hdt: contents}: hdt and, in bench/, the benchmark."""
    files = sources(tags)
    for path in sorted((HERE / "modules").iterdir()):
        if path.suffix in (".c", ".h") or path.name in ("Kbuild", "Kconfig"):
            files[Path("bench") / path.name] = path.read_bytes()
    # UML is compiled with -mcmodel=large, in which every call of another file's
    # function is an indirect one. A real kernel's code is not.
    files[Path("Kbuild")] += b"\nccflags-y += -mcmodel=small\n"
    return files


def without_tags(text):
    """
    dispatch.h with a seal that costs nothing: what a table without G6 would
    have instead, which is generation and liveness, in one compare. Only this
    copy has it; there is no switch in hdt.
    """
    text, found = re.subn(r"(\nstatic __always_inline u64 hdt_seal\("
                          r"[^)]*u64 handle, u32 meta, u64 sig\)\n\{\n)",
                          r"\1\treturn handle ^ (u64)meta << 32;\n", text)
    if found != 1:
        raise kunit.Failure("hdt_seal() in include/hdt/dispatch.h is not as expected: "
                            "adapt without_tags()")
    return text


def configuration():
    """The whole configuration: kunit's base, and what differs here."""
    values = {}
    for path in (PROJECT / "kunit/.kunitconfig", HERE / "uml.config"):
        values |= kunit.parse_kconfig(path.read_text(encoding="utf-8"), path)
    return "".join(f"CONFIG_{symbol}={value}\n" if value != "n" else
                   f"# CONFIG_{symbol} is not set\n" for symbol, value in values.items())


class Kernel:
    """A UML kernel with the benchmark in it, with tags or without."""

    def __init__(self, tags=True):
        self.tags = tags
        source = kunit.kernel_source()
        self.parent = CACHE / kunit.kernel_version(source)
        self.source = source
        self.parent.mkdir(parents=True, exist_ok=True)
        self.config = configuration()
        key = hashlib.sha256((self.config + kunit.toolchain()).encode()).hexdigest()[:8]
        self.dir = self.parent / f"uml-{key}"
        self.image = None

    def make(self, log, *arguments):
        """Run make in the tree."""
        result = subprocess.run(
            ["make", "-s", "-C", self.parent / "tree", "ARCH=um", f"O={self.dir}",
             f"-j{os.cpu_count()}", *arguments], stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT, env=kunit.ENVIRONMENT, check=False)
        return result.returncode == 0

    def build(self):
        """Configure and build, unless there is an image of the same sources."""
        files = driver(self.tags)
        if self.find(files):
            return
        tree = self.parent / "tree"
        with kunit.locked(self.parent / "lock"):
            if not tree.exists():
                kunit.make_tree(self.source, tree)
            hook(self.source, tree)
            kunit.sync(files, tree)
            (self.dir / "images").mkdir(parents=True, exist_ok=True)
            self.compile()
            (self.dir / "linux").rename(self.image)
            (self.dir / "vmlinux").unlink()     # or the next make would link nothing
            images = sorted(self.image.parent.iterdir(), key=lambda path: path.stat().st_mtime)
            for image in images[:-KEEP_IMAGES]:
                image.unlink()

    def find(self, files):
        """Set self.image; does it exist?"""
        digest = hashlib.sha256()
        for name, data in files.items():
            digest.update(f"{name} {len(data)}\n".encode() + data)
        self.image = self.dir / "images" / digest.hexdigest()[:16]
        return self.image.exists()

    def compile(self):
        """The two makes, their output in build.log."""
        log = self.dir / "build.log"
        config = self.dir / ".config"
        wanted = self.dir / "wanted.config"
        with kunit.progress("UML kernel: building"), open(log, "w", encoding="utf-8") as output:
            if not wanted.exists() or wanted.read_text() != self.config:
                config.write_text(self.config)
                done = self.make(output, "olddefconfig")
                wanted.write_text(self.config)
            else:
                done = True
            done = done and self.make(output, "linux")
        text = log.read_text(errors="replace")
        if not done:
            raise kunit.Failure(f"the UML kernel does not build:\n{text[-4000:]}\nsee {log}")
        if "drivers/hdt" in text:
            print(text, file=sys.stderr)

    def run(self, parameters, timeout=900, memory="3G"):
        """Boot; yield the lines of the kernel's log as they come."""
        log = self.dir / "run.log"
        arguments = [self.image, f"mem={memory}", *kunit.KERNEL_ARGUMENTS, *parameters]
        with open(log, "wb") as output, subprocess.Popen(
                ["timeout", str(timeout), *arguments], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            for line in process.stdout:
                output.write(line)
                output.flush()
                yield line.decode(errors="replace").rstrip()
