# SPDX-License-Identifier: BSD-2-Clause
"""What every lint needs: the tree's files, and TAP lines as the result."""
import os
import re
import subprocess
import sys

TOP = os.environ.get("top_srcdir") or os.path.realpath(
    os.path.join(os.path.dirname(__file__), "..", ".."))
FOLDERS = (".ci", "bench", "fuzz", "man", "packaging", "pam.d", "src", "tests")
BUILT = (".o", ".lo", ".la", ".log", ".trs", ".pyc", "~", ".Plo", ".Po")

_results = []


def rule(name, violations, note=""):
    """One TAP line; violations are "file:line: what is wrong" strings."""
    _results.append(not violations)
    for violation in violations:
        print("# " + violation)
    state = "not ok" if violations else "ok"
    print("%s %d - %s%s" % (state, len(_results), name,
                            " (%s)" % note if note else ""))
    sys.stdout.flush()


def finish():
    print("1..%d" % len(_results))
    sys.exit(0 if _results and all(_results) else 1)


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def lines(path):
    return read(path).split("\n")


def files(*endings, under=FOLDERS):
    """Paths below TOP, sorted; all files without endings."""
    found = []
    for folder in under:
        for place, folders, names in os.walk(os.path.join(TOP, folder)):
            folders[:] = [f for f in folders if not f.startswith(".") and
                          f != "__pycache__"]
            for name in names:
                if name.endswith(BUILT) or name == ".dirstamp":
                    continue
                if not endings or name.endswith(endings):
                    found.append(os.path.relpath(os.path.join(place, name),
                                                 TOP))
    return sorted(found)


def run(*command, **options):
    """(status, output) of a command that runs in TOP."""
    done = subprocess.run(command, cwd=TOP, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, timeout=240, **options)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def tool(package, *names):
    """The first of names that is installed; ends the lint if none is."""
    for name in names:
        for folder in os.environ.get("PATH", "/usr/bin").split(":"):
            if os.access(os.path.join(folder, name), os.X_OK):
                return name
    print("Bail out! %s was not found. On Debian: apt-get install %s" %
          (names[0], package))
    sys.exit(1)


def code_only(text):
    """C text with comments and the insides of literals blanked."""
    def blank(match):
        found = match.group(0)
        if found[0] in "\"'":
            return found[0] + " " * (len(found) - 2) + found[0]
        return re.sub(r"[^\n]", " ", found)
    return re.sub(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\""
                  r"|'(?:\\.|[^'\\\n])*'", blank, text, flags=re.S)
