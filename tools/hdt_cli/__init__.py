# SPDX-License-Identifier: GPL-2.0-only
"""The hdt command: one module per noun; main.py is the table of contents."""
