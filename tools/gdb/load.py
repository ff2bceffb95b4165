# SPDX-License-Identifier: MIT
"""Loads what GDB should know of Holdfast: `source load.py`, where GDB doesn't do it by itself.

The installed package loads the same with the shared library (libholdfast-gdb.py.in).
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(os.path.expanduser(__file__))))
import holdfast_gdb  # noqa: E402, the path had to be known before

holdfast_gdb.register(None)
