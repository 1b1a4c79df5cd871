#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Rules of CONTRIBUTING.md that a program can hold; part of make check."""
import os
import re
import statistics
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from report import code_only, files, finish, lines, read, rule, run, tool

C = files(".c", ".h", under=("src", "tests", "fuzz", "bench"))
PRODUCT = [path for path in C if path.startswith("src/")]

# What the files of a folder may include, beside their own folder.
MAY_INCLUDE = {
    "src/lib/base": (),
    "src/lib/codec": ("base",),
    "src/lib/conf": ("base", "codec"),
    "src/lib/trust": ("base", "codec", "conf"),
    "src/lib/attestation": ("base", "codec", "conf", "trust"),
    "src/lib/token": ("base", "codec", "conf", "trust", "attestation"),
    "src/lib/ssh": ("base", "codec"),
    "src/lib/store": ("base", "codec", "conf", "trust", "attestation", "ssh"),
    "src/lib/login": ("base", "codec", "conf", "trust", "attestation", "ssh",
                      "store"),
    "src/lib/maa": ("base", "codec", "conf", "trust", "token"),
    "src/lib/host": ("base", "codec", "conf", "trust", "attestation", "token",
                     "wire"),
    "src/lib/wire": ("base", "conf"),
    "src/lib/remote": ("base", "codec", "conf", "wire"),
    "src/module": ("base", "conf", "wire"),
    "src/authenticator": ("base", "codec", "conf", "wire"),
    "src/fetcher": ("base", "wire"),
    "src/tpm": ("base", "codec", "wire"),
    "src/agent": ("base", "ssh", "wire"),
    "src/ssh_keys": ("base", "codec", "conf", "trust", "attestation", "ssh",
                     "store", "login"),
    "src/verifier": ("base", "codec", "conf", "trust", "attestation", "token",
                     "ssh", "store", "login", "wire", "host", "remote"),
    "src/attestctl": ("base", "codec", "conf", "trust", "attestation", "token",
                      "maa", "remote", "ssh", "store", "login", "wire", "host"),
}
# Libraries, and the only places that may include their headers.
LIBRARIES = (
    (r"cbor(\.h|/)", ("src/lib/codec/",)),
    (r"jansson\.h", ("src/lib/codec/", "src/lib/maa/", "src/attestctl/")),
    (r"curl/", ("src/fetcher/",)),
    (r"fido(\.h|/)", ("src/authenticator/",)),
    (r"tss2/", ("src/tpm/",)),
    (r"seccomp\.h", ("src/lib/base/lockdown",)),
    (r"openssl/", ("src/lib/codec/", "src/lib/conf/", "src/lib/trust/",
                   "src/lib/attestation/", "src/lib/token/", "src/lib/maa/",
                   "src/lib/store/", "src/verifier/", "src/ssh_keys/",
                   "src/authenticator/", "src/tpm/", "src/attestctl/")),
)
FORBIDDEN = ("strcpy", "strcat", "sprintf", "vsprintf", "gets", "system",
             "popen", "getenv", "secure_getenv", "atoi", "atol", "strtok",
             "alloca", "mktemp", "tmpnam", "rand", "random", "srand",
             "setenv", "putenv", "signal", "longjmp")
# The module shows the verifier what the application lets through.
MAY_CALL = {"src/module/pam_attest.c": ("getenv",)}
# Spelt in two parts so that this file does not break its own rule.
UNFINISHED = r"\b(?:%s)\b|\b(?i:%s)\b" % (
    "|".join(a + b for a, b in (("TO", "DO"), ("FIX", "ME"), ("X", "XX"),
                                ("HA", "CK"))), "stu" + "b")
FUNCTION_MAX, FILE_MAX, FUNCTION_MEDIAN, PARAMETERS_MAX = 80, 700, 20, 5


def folder_of(path):
    parts = path.split("/")
    return "/".join(parts[:3] if parts[1] == "lib" else parts[:2])


def includes():
    bad = []
    for path in PRODUCT:
        folder = folder_of(path)
        allowed = MAY_INCLUDE.get(folder)
        if allowed is None:
            bad.append("%s:1: %s is not in MAY_INCLUDE" % (path, folder))
            continue
        for number, line in enumerate(lines(path), 1):
            match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if not match:
                continue
            area = match.group(1).rpartition("/")[0]
            own = area in ("", folder[4:], folder[8:])
            if not own and area not in allowed:
                bad.append("%s:%d: %s must not include %s" %
                           (path, number, folder, match.group(1)))
    rule("includes point one way", bad, "%d files" % len(PRODUCT))


def libraries():
    bad = []
    for path in PRODUCT:
        for number, line in enumerate(lines(path), 1):
            match = re.match(r'\s*#\s*include\s+[<"]([^>"]+)[>"]', line)
            for pattern, places in LIBRARIES:
                if (match and re.match(pattern, match.group(1)) and
                        not path.startswith(places)):
                    bad.append("%s:%d: %s belongs to %s" %
                               (path, number, match.group(1),
                                ", ".join(places)))
    rule("libraries stay in their places", bad)


def lengths():
    bad = []
    sizes = {path: len(lines(path)) - 1 for path in C}
    for path, size in sizes.items():
        if size > FILE_MAX:
            bad.append("%s:%d: file of %d lines, at most %d" %
                       (path, size, size, FILE_MAX))
    product = [sizes[path] for path in PRODUCT if path.endswith(".c")]
    rule("no file is longer than %d lines" % FILE_MAX, bad,
         "median %d" % statistics.median(product or [0]))

    ctags = tool("universal-ctags", "ctags-universal", "ctags")
    status, output = run(ctags, "-x", "--kinds-c=f", "--languages=C",
                         "--langmap=C:.c",
                         "--_xformat=%{input} %{line} %{end} %{name} %{signature}",
                         "--fields=+neS", *[p for p in C if p.endswith(".c")])
    bad, wide, spans = [], [], []
    if status != 0:
        bad.append("ctags:1: " + output.strip())
    for row in output.splitlines():
        path, begin, end, name, signature = row.split(" ", 4)
        span = int(end) - int(begin) + 1
        where = "%s:%s: %s()" % (path, begin, name)
        if span > FUNCTION_MAX:
            bad.append("%s has %d lines, at most %d" %
                       (where, span, FUNCTION_MAX))
        if path.startswith("src/"):
            spans.append(span)
            if signature.count(",") + 1 > PARAMETERS_MAX:
                wide.append("%s has %d parameters, at most %d" %
                            (where, signature.count(",") + 1, PARAMETERS_MAX))
    median = statistics.median(spans or [0])
    if median > FUNCTION_MEDIAN:
        bad.append("src:1: the median function has %d lines, at most %d" %
                   (median, FUNCTION_MEDIAN))
    if not spans:
        bad.append("src:1: ctags found no function")
    bulk = sum(s for s in spans if s > 60) / max(1, sum(spans))
    rule("no function is longer than %d lines" % FUNCTION_MAX, bad,
         "%d functions, median %d, p95 %d, in functions over 60 lines %d%%" %
         (len(spans), median, sorted(spans or [0])[len(spans) * 95 // 100 - 1],
          100 * bulk))
    rule("no function has more than %d parameters" % PARAMETERS_MAX, wide)


def has_test(path):
    """tests/unit/test_NAME.c or test_FOLDER_NAME.c. Where several sources
    have the same name, the former has to include this one's folder."""
    name, folder = os.path.basename(path), folder_of(path).split("/")[-1]
    if "tests/unit/test_%s_%s" % (folder, name) in C:
        return True
    test = "tests/unit/test_" + name
    same = [p for p in PRODUCT if os.path.basename(p) == name]
    return test in C and (len(same) == 1 or folder + "/" in read(test))


def tests_beside():
    bad, excused = [], {}
    table = "tests/lint/untested.txt"
    for number, line in enumerate(lines(table), 1):
        if line and not line.startswith("#"):
            path, _, reason = line.partition(": ")
            excused[path] = number
            if not reason or path not in PRODUCT:
                bad.append("%s:%d: no such source, or no reason" %
                           (table, number))
    for path in PRODUCT:
        if not path.endswith(".c"):
            continue
        tested = has_test(path)
        if not tested and path not in excused:
            bad.append("%s:1: no tests/unit/test_%s, and no reason in %s" %
                       (path, os.path.basename(path), table))
        if tested and path in excused:
            bad.append("%s:%d: %s has a test: remove the line" %
                       (table, excused[path], path))
    rule("every source has its unit test or a reason", bad,
         "%d reasons" % len(excused))


def headers_alone():
    compiler = os.environ.get("LINT_CC", "cc").split()
    flags = os.environ.get("LINT_CFLAGS", "").split()
    bad = []
    for path in C:
        if not path.endswith(".h") or path == "tests/unit/no_cmocka/cmocka.h":
            continue
        status, output = run(*compiler, "-std=gnu17", "-fsyntax-only",
                             "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE=",
                             "-Isrc/lib", "-Isrc", "-Itests/softkey",
                             "-DATT_CONFDIR=\"/e\"", "-DATT_STATEDIR=\"/s\"",
                             "-DATT_PROGRAMSDIR=\"/p\"",
                             "-Wno-unused-const-variable",
                             *flags, "-x", "c", "-include", path, "/dev/null")
        if status != 0:
            bad.append("%s:1: does not compile alone: %s" %
                       (path, output.strip().split("\n")[0]))
    rule("every header compiles alone", bad)


def spdx():
    bad = []
    for path in files() + ["configure.ac", "Makefile.am", "check", "demo",
                           "packages"]:
        name = os.path.basename(path)
        sourcelike = path.endswith((".c", ".h", ".def", ".py", ".sh", ".mk",
                                    ".ac", ".am", ".map", ".1", ".5", ".8",
                                    ".awk", ".exp")) or "." not in name
        if not sourcelike or "/corpus/" in path:
            continue
        if path.startswith(("tests/vectors/", "pam.d/")):
            continue
        try:
            head = "\n".join(lines(path)[:3])
        except UnicodeDecodeError:
            continue
        if "SPDX-License-Identifier: BSD-2-Clause" not in head:
            bad.append("%s:1: no SPDX line" % path)
        elif path.endswith((".c", ".h")) and not re.search(
                r"^/\*", "\n".join(lines(path)[1:2])):
            bad.append("%s:2: no sentence that says what the file is for" %
                       path)
    rule("every source names its licence and its purpose", bad)


def forbidden():
    bad = []
    pattern = re.compile(r"(?<![\w.>])(%s)\s*\(" % "|".join(FORBIDDEN))
    for path in PRODUCT:
        for number, line in enumerate(code_only(read(path)).split("\n"), 1):
            match = pattern.search(line)
            if match and match.group(1) not in MAY_CALL.get(path, ()):
                bad.append("%s:%d: %s() is not used here" %
                           (path, number, match.group(1)))
    rule("no forbidden function is called", bad)


def unfinished():
    bad = []
    for path in files() + ["README.md", "configure.ac", "Makefile.am"]:
        if "/corpus/" in path or "/vectors/" in path:
            continue
        try:
            text = lines(path)
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text, 1):
            if re.search(UNFINISHED, line):
                bad.append("%s:%d: unfinished: %s" %
                           (path, number, line.strip()))
    rule("nothing is marked as unfinished", bad)


def made():
    """What tests make as they run is no source, least of all a key."""
    bad = ["%s:1: made by a test, or for one" % path for path in files()
           if path.endswith((".key", ".pem", ".der", ".crt", ".jwt", ".o",
                             ".pyc")) and "/corpus/" not in path]
    rule("no key, certificate or token is kept", bad)


def names():
    bad = []
    for path in PRODUCT:
        stem = os.path.splitext(os.path.basename(path))[0]
        if stem in ("util", "utils", "misc", "common", "helper", "helpers"):
            bad.append("%s:1: a file is named for what it holds" % path)
    rule("no file is named for nothing", bad)


def formatted():
    program = tool("clang-format-14", "clang-format-14", "clang-format")
    status, output = run(program, "--dry-run", "-Werror", *C)
    bad = sorted({line.split(": error:")[0] + ": not as .clang-format has it"
                  for line in output.splitlines() if ": error:" in line})
    if status != 0 and not bad:
        bad.append("clang-format:1: " + output.strip())
    rule("clang-format changes nothing", bad, "%d files" % len(C))


for check in (includes, libraries, lengths, tests_beside, headers_alone, spdx,
              forbidden, unfinished, made, names, formatted):
    check()
finish()
