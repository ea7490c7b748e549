# SPDX-License-Identifier: GPL-2.0-only
"""What a command cannot go on after."""


class HdtError(Exception):
    """A message for the user; the command ends with status 1."""
