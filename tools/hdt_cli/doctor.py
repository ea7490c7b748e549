# SPDX-License-Identifier: GPL-2.0-only
"""Is this machine fit for hdt, for its tools, and for bpftrace? What to do if not.

What keeps hdt from being used or looked into is a problem, and makes the exit status
1. What only takes something away is a note; what cannot be seen from here is
unknown.
"""
import argparse
import gzip
import json
import os
import re
import subprocess
from typing import Callable, Dict, Iterator, List, NamedTuple, Optional

from hdt_cli.error import HdtError
from hdt_cli.text import number_of
from hdt_cli.view import View, mount_point

NAME = "doctor"
HELP = "is the machine fit, and what to do if not"

OK, NOTE, PROBLEM, UNKNOWN = "ok", "note", "PROBLEM", "unknown"
BPFTRACE = (0, 17)
OLDEST = (6, 1)


class Finding(NamedTuple):
    check: str
    state: str
    found: str
    advice: Optional[str] = None


class Host:
    """A machine by its files: this one, or a copy of what matters of one."""

    def __init__(self, root: str):
        self.root = root
        self.release = (self.read("proc/sys/kernel/osrelease") or os.uname().release).strip()
        self.config = self._config()

    def path(self, name: str) -> str:
        return os.path.join(self.root, name.lstrip("/"))

    def exists(self, name: str) -> bool:
        return os.path.exists(self.path(name))

    def read(self, name: str) -> Optional[str]:
        try:
            with open(self.path(name), "rb") as file:
                return file.read().decode("ascii", "replace")
        except OSError:
            return None

    def _config(self) -> Optional[Dict[str, str]]:
        text = None
        try:
            with gzip.open(self.path("proc/config.gz"), "rt", encoding="ascii", errors="replace") as file:
                text = file.read()
        except (OSError, EOFError):
            for name in (f"boot/config-{self.release}", f"lib/modules/{self.release}/config",
                         f"lib/modules/{self.release}/build/.config", f"usr/src/linux-headers-{self.release}/.config"):
                text = text or self.read(name)
        return None if text is None else dict(re.findall(r"^CONFIG_(\w+)=(.*)$", text, re.M))

    def mounted(self, filesystem: str) -> Optional[str]:
        return mount_point(filesystem, self.root)

    def program(self, name: str) -> Optional[str]:
        for directory in os.environ.get("PATH", "").split(":") + ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]:
            if os.access(self.path(os.path.join(directory, name)), os.X_OK):
                return self.path(os.path.join(directory, name))
        return None

    @property
    def loaded(self) -> bool:
        return self.exists("sys/module/hdt")

    @property
    def root_here(self) -> bool:
        """Are we root, with all that root can do? Of a copy this is not asked."""
        caps = re.search(r"^CapEff:\s*([0-9a-f]+)$", self.read("proc/self/status") or "", re.M)
        return bool(caps and int(caps[1], 16) >> 21 & 1)    # CAP_SYS_ADMIN


def check_kernel(host: Host) -> Iterator[Finding]:
    arch = (host.read("proc/sys/kernel/arch") or os.uname().machine).strip()
    version = re.match(r"(\d+)\.(\d+)", host.release)
    if not version or (int(version[1]), int(version[2])) < OLDEST:
        yield Finding("kernel", PROBLEM, f"Linux {host.release}", "hdt needs 6.1 or newer")
    elif arch not in ("x86_64", "aarch64"):
        yield Finding("kernel", NOTE, f"Linux {host.release} on {arch}",
                      "hdt runs on 64-bit kernels, and was tried on x86-64 and arm64 only")
    else:
        yield Finding("kernel", OK, f"Linux {host.release} on {arch}")


# What the configuration must have, or had better have, and what is lost without.
OPTIONS = (
    ("MODULES", PROBLEM, "without modules hdt has to be linked into the kernel"),
    ("TRACEPOINTS", PROBLEM, "hdt does not build: have CONFIG_TRACEPOINTS, by way of FTRACE or PERF_EVENTS"),
    ("DEBUG_FS", PROBLEM, "'hdt list', 'show' and 'top' have nothing to read: have CONFIG_DEBUG_FS=y"),
    ("KALLSYMS", NOTE, "handlers have no names in reports and lists"),
    ("MODULE_UNLOAD", NOTE, "providers cannot be unloaded"),
    ("TASKS_TRACE_RCU", NOTE, "sleepable tables use SRCU, which makes each of their calls a little slower; "
                              "CONFIG_BPF_SYSCALL brings it"),
    ("PREEMPT_COUNT", NOTE, "a call under a spinlock cannot be told from one that may sleep; "
                            "CONFIG_PREEMPT_DYNAMIC, or PREEMPT, brings it"),
    ("FTRACE", NOTE, "no events: have CONFIG_FTRACE=y"),
    ("BPF_SYSCALL", NOTE, "no bpftrace"),
    ("BPF_EVENTS", NOTE, "bpftrace cannot attach to events"),
    ("KPROBE_EVENTS", NOTE, "bpftrace cannot attach to functions; hdt's own events need no probes"),
    ("DEBUG_INFO_BTF", NOTE, "bpftrace does not know the kernel's types, and fields of events by number only"),
)


def check_config(host: Host) -> Iterator[Finding]:
    if host.config is None:
        yield Finding("config", UNKNOWN, f"the configuration of {host.release} is nowhere to be found",
                      f"have /boot/config-{host.release}, which Debian's images bring, or CONFIG_IKCONFIG_PROC=y")
        return
    lacking = [option for option in OPTIONS if host.config.get(option[0]) not in ("y", "m")]
    for name, state, advice in lacking:
        yield Finding("config", state, f"CONFIG_{name} is not set", advice)
    if not lacking:
        yield Finding("config", OK, f"has all {len(OPTIONS)} options that hdt or its tools want")


def check_privileges(host: Host) -> Iterator[Finding]:
    if host.root_here:
        yield Finding("privileges", OK, "all that is needed")
    else:
        yield Finding("privileges", NOTE, "not root: what is under debugfs and tracefs is hidden",
                      "use sudo; some of what follows cannot be seen without")


def check_namespaces(host: Host) -> Iterator[Finding]:
    uid_map = (host.read("proc/self/uid_map") or "").split()
    inside = [what for what, true in (
        ("a user namespace", uid_map not in ([], ["0", "0", "4294967295"])),
        ("a container", host.exists("run/systemd/container") or host.exists(".dockerenv"))) if true]
    if inside:
        yield Finding("namespaces", NOTE, f"this is {' in '.join(inside)}",
                      "modules, debugfs and tracefs are the host's: load hdt, and run its tools, there")
    else:
        yield Finding("namespaces", OK, "the initial ones")


def check_lockdown(host: Host) -> Iterator[Finding]:
    text = host.read("sys/kernel/security/lockdown")
    mode = re.search(r"\[(\w+)\]", text or "")
    if not mode or mode[1] == "none":
        yield Finding("lockdown", OK, "none")
    elif mode[1] == "integrity":
        yield Finding("lockdown", NOTE, "integrity: only signed modules load; hdt's statistics cannot be switched",
                      "sign hdt.ko; give tables .stats = true when they are created")
    else:
        yield Finding("lockdown", PROBLEM, f"{mode[1]}: neither debugfs, nor tracefs, nor bpftrace",
                      "boot without lockdown=confidentiality, or look at the log only")


def check_signature(host: Host) -> Iterator[Finding]:
    enforced = (host.read("sys/module/module/parameters/sig_enforce") or "N").startswith("Y")
    if (host.read("proc/sys/kernel/modules_disabled") or "0").startswith("1"):
        state = NOTE if host.loaded else PROBLEM
        yield Finding("signature", state, "kernel.modules_disabled is 1: no module loads until the next boot",
                      "load hdt, and whatever uses it, before that is set")
    elif enforced:
        yield Finding("signature", NOTE, "only modules with a signature that the kernel knows are loaded",
                      "sign hdt.ko, and modules that use it: scripts/sign-file with a key of the kernel's, "
                      "or one enrolled by mokutil --import")
    else:
        yield Finding("signature", OK, "modules need none")


def check_module(host: Host) -> Iterator[Finding]:
    if host.loaded:
        state = (host.read("sys/module/hdt/initstate") or "built in").strip()
        version = (host.read("sys/module/hdt/version") or "of an unknown version").strip()
        yield Finding("module", OK if state in ("live", "built in") else PROBLEM, f"hdt {version}, {state}",
                      None if state in ("live", "built in") else "see dmesg: its init has not ended")
        return
    installed = re.search(r"^(\S*/)?hdt\.ko\S*:", host.read(f"lib/modules/{host.release}/modules.dep") or "", re.M)
    if installed:
        yield Finding("module", PROBLEM, "hdt is installed, but not loaded", "modprobe hdt")
    else:
        yield Finding("module", PROBLEM, f"hdt is neither loaded nor installed for {host.release}",
                      "in hdt's sources: make dkms-install, or make modules_install && depmod; then modprobe hdt")


def check_debugfs(host: Host) -> Iterator[Finding]:
    where = host.mounted("debugfs")
    if not where:
        yield Finding("debugfs", PROBLEM, "not mounted",
                      "mount -t debugfs none /sys/kernel/debug; if that is refused, see debugfs= of the kernel's "
                      "command line")
    elif not host.loaded:
        yield Finding("debugfs", OK, f"mounted on {where}")
    elif not host.exists(f"{where}/hdt"):
        state = PROBLEM if host.root_here else UNKNOWN
        yield Finding("debugfs", state, f"mounted on {where}, where hdt is not to be seen",
                      "look as root" if state == UNKNOWN else "was it mounted with no access, or hdt built without?")
    else:
        yield from _check_view(host, where)


def _check_view(host: Host, where: str) -> Iterator[Finding]:
    try:
        view = View(host.path(f"{where}/hdt"))
        tables = list(view.tables())
        pending = list(view.pending())
    except HdtError as error:
        yield Finding("debugfs", PROBLEM, str(error), "use the hdt command that came with the module")
        return
    yield Finding("debugfs", OK, f"mounted on {where}; {number_of(len(tables), 'table')} with "
                                 f"{number_of(sum(table.handlers for table in tables), 'handler')}")
    if pending:
        yield Finding("providers", NOTE, f"{len(pending)} without their table, or refused by it",
                      "'hdt list' tells which")


def check_tracefs(host: Host) -> Iterator[Finding]:
    where = host.mounted("tracefs")
    if not where:
        yield Finding("tracefs", NOTE, "not mounted: neither events nor bpftrace",
                      "mount -t tracefs none /sys/kernel/tracing")
    elif not host.loaded or host.exists(f"{where}/events/hdt"):
        yield Finding("tracefs", OK, f"mounted on {where}" + (", with hdt's events" if host.loaded else ""))
    elif host.root_here:
        yield Finding("tracefs", NOTE, f"mounted on {where}, without events/hdt",
                      "does the kernel trace events of modules that taint it? Was hdt built with tracepoints?")
    else:
        yield Finding("tracefs", UNKNOWN, f"mounted on {where}, which only root may read", "look as root")


def check_btf(host: Host) -> Iterator[Finding]:
    if not host.exists("sys/kernel/btf/vmlinux"):
        yield Finding("BTF", NOTE, "the kernel has none: bpftrace knows no types",
                      "use a kernel with CONFIG_DEBUG_INFO_BTF, as Debian's")
    elif host.loaded and not host.exists("sys/kernel/btf/hdt"):
        yield Finding("BTF", NOTE, "of the kernel, but not of hdt: its events do, kfunc: and fentry do not",
                      "build hdt with pahole (package dwarves) installed")
    else:
        yield Finding("BTF", OK, "of the kernel" + (" and of hdt" if host.loaded else ""))


def check_rcu(host: Host) -> Iterator[Finding]:
    symbols = host.read("proc/kallsyms")
    if host.config is not None or not symbols:
        return      # the configuration says it
    if re.search(r" synchronize_rcu_tasks_trace$", symbols, re.M):
        yield Finding("RCU", OK, "has RCU Tasks Trace, for sleepable tables")
    else:
        yield Finding("RCU", NOTE, "has no RCU Tasks Trace: sleepable tables use SRCU")


def check_bpftrace(host: Host) -> Iterator[Finding]:
    program = host.program("bpftrace")
    if not program:
        yield Finding("bpftrace", NOTE, "not installed: tools/trace/*.bt do not run", "apt-get install bpftrace")
        return
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60,
                              check=False).stdout.strip()
    except (OSError, subprocess.SubprocessError) as error:
        said = str(error)
    version = re.search(r"v(\d+)\.(\d+)", said)
    if not version:
        yield Finding("bpftrace", NOTE, f"{program} does not tell its version: {said[:60] or 'nothing'}",
                      "install it anew: apt-get install --reinstall bpftrace")
    elif (int(version[1]), int(version[2])) < BPFTRACE:
        yield Finding("bpftrace", NOTE, said, "hdt's tools want 0.17 or newer")
    else:
        yield Finding("bpftrace", OK, said)


CHECKS: List[Callable[[Host], Iterator[Finding]]] = [
    check_kernel, check_config, check_rcu, check_privileges, check_namespaces, check_lockdown, check_signature,
    check_module, check_debugfs, check_tracefs, check_btf, check_bpftrace]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--root", metavar="DIR", default="/",
                        help="look at a copy of a machine's /proc, /sys, /boot and so on")


def run(args: argparse.Namespace) -> int:
    host = Host(args.root)
    findings = [finding for check in CHECKS for finding in check(host)]
    problems = sum(finding.state == PROBLEM for finding in findings)
    if args.json:
        print(json.dumps({"fit": not problems, "findings": [finding._asdict() for finding in findings]}, indent=2))
        return 1 if problems else 0
    width = max(len(finding.check) for finding in findings)
    for finding in findings:
        print(f"{finding.state:<8} {finding.check:<{width}}  {finding.found}")
        if finding.advice:
            print(f"{'':<8} {'':<{width}}  -> {finding.advice}")
    print(f"\n{number_of(problems, 'problem')}")
    return 1 if problems else 0
