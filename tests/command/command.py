# SPDX-License-Identifier: MIT
"""The command, and snapshots for it, for the tests that run it.

Knows how a test is started: TEST COMMAND SUBJECT [LAUNCHER]...
"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
COMMAND, SUBJECT = sys.argv[1:3]
LAUNCHER = sys.argv[3:]
del sys.argv[1:]

_folder = tempfile.TemporaryDirectory()
FOLDER = _folder.name
subprocess.run([SUBJECT, FOLDER, 'large'], check=True)


def path(name):
    """Where the subject wrote the snapshot of this name."""
    return os.path.join(FOLDER, name + '.heapsnapshot')


def run(*arguments, stdin=None):
    """Runs the command. Returns its status, and what it wrote to both outputs, as text."""
    done = subprocess.run([*LAUNCHER, COMMAND, *arguments], stdin=stdin or subprocess.DEVNULL,
                          capture_output=True, timeout=240)
    return done.returncode, done.stdout.decode(), done.stderr.decode()
