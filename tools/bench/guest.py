# SPDX-License-Identifier: GPL-2.0-only
"""Measure real modules on Debian's kernel, in QEMU."""

import os
import subprocess
import tempfile
from pathlib import Path

from uml import CACHE, HERE, PROJECT, kunit, sources

SERIES = "6.12"
FLAVOUR = "cloud"
ENVIRONMENT = kunit.ENVIRONMENT | {name: os.environ[name] for name in ("HDT_CACHE",)
                                   if name in os.environ}


def project_without_tags(directory):
    """What tools/build needs of the project, with the other dispatch.h."""
    files = {Path("tools/build"): None, Path("tools/kernel"): None, **sources(tags=False)}
    for name, data in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if data is None:
            path.symlink_to(PROJECT / name)
        else:
            path.write_bytes(data)
    return directory


def build(tags=True):
    """Build hdt and hdt_bench; return the modules."""
    out = CACHE / f"{SERIES}-{FLAVOUR}{'' if tags else '-no-tags'}"
    with tempfile.TemporaryDirectory(prefix="hdt-bench.") as directory:
        project = PROJECT if tags else project_without_tags(Path(directory))
        result = subprocess.run([project / "tools/build", SERIES, FLAVOUR, out, HERE / "modules"],
                                env=ENVIRONMENT, check=False)
    if result.returncode:
        raise kunit.Failure("the modules do not build: see above")
    return [out / "hdt/hdt.ko", *sorted((out / "modules").glob("*.ko"))]


def strip(modules, directory):
    """Without what only debuggers read they load ten times as fast."""
    stripped = []
    for module in modules:
        stripped.append(directory / module.name)
        subprocess.run(["objcopy", "--strip-debug", "--remove-section=.BTF", module,
                        stripped[-1]], check=True)
    return stripped


def run(modules, parameters, *options, timeout=600):
    """Load the modules in a guest; return the lines of its kernel's log."""
    with tempfile.TemporaryDirectory(prefix="hdt-bench.") as directory:
        files = strip(modules, Path(directory))
        out = Path(directory) / "out"
        script = Path(directory) / "guest.sh"
        script.write_text((HERE / "guest.sh").read_text(encoding="utf-8")
                          .replace("@parameters@", " ".join(parameters)), encoding="utf-8")
        result = subprocess.run(
            [PROJECT / "tools/vm/run", "--kernel", SERIES, "--flavour", FLAVOUR, "--out", out,
             "--timeout", str(timeout), *options, script, *files],
            stdin=subprocess.DEVNULL, env=ENVIRONMENT, check=False)
        if result.returncode:
            raise kunit.Failure("the guest failed: see above")
        return (out / "stdout.log").read_text(encoding="utf-8", errors="replace").splitlines()
