# SPDX-License-Identifier: GPL-2.0-only
"""For Sphinx, which tools/docs starts."""
import os
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

project = "hdt"
author = "The hdt developers"
# The module's own: there is no other place that says it.
release = version = re.search(r'MODULE_VERSION\("(.*)"\)',
                              (HERE.parent / "module/main.c").read_text(encoding="utf-8"))[1]
extensions = ["kerneldoc"]
kerneldoc = os.environ["KERNELDOC"]

exclude_patterns = ["_build"]
# Blocks are shell, C and output: those that gain by colours say what they are.
highlight_language = "none"
# A reference that leads nowhere is an error, but for the types of C and the kernel.
nitpicky = True
nitpick_ignore_regex = [("c:identifier", r"(?!hdt_).*")]

# Apostrophes stay what they are.
smartquotes = False

html_theme = "alabaster"
html_theme_options = {
    "description": "Handler dispatch table for the Linux kernel",
    "page_width": "65em",
    "sidebar_width": "17em",
    "fixed_sidebar": True,
}
html_show_copyright = False
html_copy_source = False
