#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""shellcheck over every shell script, a compile of every Python script."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from report import TOP, files, finish, lines, read, rule, run, tool


def interpreter(path):
    """The first line of a file if it is #!..., else empty."""
    try:
        first = lines(path)[0]
    except UnicodeDecodeError:
        return ""
    return first if first.startswith("#!") else ""


top = [name for name in ("check", "demo", "autogen.sh")
       if os.path.exists(os.path.join(TOP, name))]
scripts = {path: interpreter(path) for path in files() + top
           if "/corpus/" not in path}
shell = [path for path, first in scripts.items()
         if re.search(r"\b(ba)?sh\b", first) or path.endswith(".sh")]

status, output = run(tool("shellcheck", "shellcheck"), "-f", "gcc",
                     "-S", "warning", "-e", "SC1090,SC1091,SC2154", *shell)
bad = [line for line in output.splitlines() if ": " in line]
if status != 0 and not bad:
    bad = ["shellcheck:1: " + output.strip()]
rule("shellcheck has nothing to say", bad, "%d scripts" % len(shell))

bad = []
for path in shell:
    body = "\n".join(lines(path)[:30])
    if path in scripts and scripts[path] and not re.search(
            r"^set -[a-z]*u", body, re.M):
        bad.append("%s:1: no 'set -u' near the top" % path)
rule("every shell script refuses unset variables", bad)

bad = []
for path in files(".py"):
    try:
        compile(read(path), path, "exec")
    except SyntaxError as error:
        bad.append("%s:%s: %s" % (path, error.lineno, error.msg))
rule("every Python script compiles", bad)

bad = ["%s:1: has #! but is not executable" % path
       for path, first in scripts.items()
       if first and not os.access(os.path.join(TOP, path), os.X_OK)]
rule("every script is executable", bad)
finish()
