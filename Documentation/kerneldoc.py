# SPDX-License-Identifier: GPL-2.0-only
"""The directive kernel-doc: what the comments of a source file say.

    .. kernel-doc:: FILE
       :functions: NAME...

FILE is a path in the clone; without names, all that it documents. The kernel's
scripts/kernel-doc does the work; tools/docs says where it is. What it complains
of is a warning of the build.

Wherever a document then says ``hdt_table_get()``, that is a link.
"""
import re
import subprocess
from pathlib import Path

import sphinx
from docutils import nodes
from docutils.parsers.rst import Directive, directives
from docutils.statemachine import StringList
from sphinx.util import logging
from sphinx.util.nodes import make_refnode, nested_parse_with_titles

LOG = logging.getLogger(__name__)
TOP = Path(__file__).resolve().parent.parent
# In a comment, a function that is not marked as such.
FUNCTION = re.compile(r"(?<![`\w])(\w+\(\))(?![`\w])")
# In a document, what may be a function, a macro or a type.
MENTION = re.compile(r"(?:struct |enum )?(\w+)(?:\([^()]*\))?")


class KernelDoc(Directive):
    """Runs kernel-doc, and parses what it writes."""
    required_arguments = 1
    option_spec = {"functions": directives.unchanged_required}

    def run(self):
        env = self.state.document.settings.env
        path = TOP / self.arguments[0]
        env.note_dependency(str(path))
        names = self.options.get("functions", "").split()
        command = [env.config.kerneldoc, "-rst", "-enable-lineno", "-Wall", "-sphinx-version", sphinx.__version__]
        for name in names:
            command += ["-function", name]
        done = subprocess.run(["perl", *command, str(path)], capture_output=True, text=True, check=False)
        for line in done.stderr.splitlines():
            LOG.warning("kernel-doc: %s", line, location=(env.docname, self.lineno))
        lines = self.with_places(done.stdout, str(path))
        if not any(line.startswith(".. c:") for line in lines):
            LOG.warning("kernel-doc: %s documents nothing", path, location=(env.docname, self.lineno))
        node = nodes.section(document=self.state.document)
        nested_parse_with_titles(self.state, lines, node)
        return node.children

    @staticmethod
    def with_places(text, path):
        """The lines, each with where it is in the source."""
        lines, number = StringList(), 0
        for line in text.expandtabs().splitlines():
            if line.startswith(".. LINENO "):
                number = int(line.split()[2]) - 1
                continue
            lines.append(line if line.startswith(".. c:") else FUNCTION.sub(r"``\1``", line), path, number)
            number += 1
        return lines


def link(app, doctree, docname):
    """Make links of the literals that name what kernel-doc documented."""
    places = {name: (page, anchor) for name, _, _, page, anchor, _ in app.env.get_domain("c").get_objects()}
    for literal in list(doctree.findall(nodes.literal)):
        found = MENTION.fullmatch(literal.astext())
        if found and found[1] in places and not isinstance(literal.parent, nodes.reference):
            page, anchor = places[found[1]]
            literal.replace_self(make_refnode(app.builder, docname, page, anchor, literal.deepcopy()))


def setup(app):
    """What Sphinx calls."""
    app.connect("doctree-resolved", link)
    app.add_config_value("kerneldoc", None, "env", [str])
    app.add_directive("kernel-doc", KernelDoc)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
