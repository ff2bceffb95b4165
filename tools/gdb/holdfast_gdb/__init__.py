# SPDX-License-Identifier: MIT
"""Holdfast in GDB: register(objfile) adds printers and commands. Never calls the program's code."""
from . import heap, printers


def register(objfile):
    printers.register(objfile)
    heap.register()
