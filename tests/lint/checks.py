#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""CHECKS.md says what the tree does; part of make check.

For each check: the function is in the file, the file cites the clause, the
codes are those of err.def, each test exists, and a row of forge.def or of
token_attacks.py ends with one of the codes. Every code of an attestation stands in the list, and every
test of test_bypasses.c.
"""
import os
import re
import runpy
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from report import TOP, files, finish, read, rule

LIST = "CHECKS.md"
BYPASSES = "tests/unit/test_bypasses.c"
ATTACKS = "tests/vectors/token_attacks.py"
# What says where the input is broken in general, and what no registration is
# refused for by itself.
ELSEWHERE = {"too-large", "base64url", "client-data", "certificate-malformed",
             "attestation-withdrawn", "assertion-malformed",
             "assertion-credential", "assertion-signature", "counter",
             "remote-caller", "self-enroll-refused",
             "challenge-malformed", "challenge-damaged", "response-malformed",
             "response-damaged", "response-challenge", "response-late",
             "bad-user-name", "store-duplicate", "store-not-found",
             "store-full", "usage", "roots-not-found",
             "roots-duplicate"}
# What comes of SSH: tests/unit, tests/module and tests/system hold it.
SSH = {"ssh-auth-info", "ssh-key-type", "ssh-key-only", "ssh-key-unknown",
       "ssh-attestation-version", "ssh-attestation-malformed",
       "ssh-key-malformed", "ssh-key-mismatch", "ssh-application",
       "ssh-challenge-unknown", "ssh-challenge-other-user",
       "ssh-challenge-used", "ssh-challenge-expired",
       "agent-not-owned", "agent-malformed"}
# What a login is refused for before there is a token to judge.
HOST = {"token-missing"}
# What obtaining a token is refused for; a gate judges the token alone.
OBTAINING = {"maa-refused", "maa-answer", "event-log"}


def table(width):
    """(line, cells) of the rows of CHECKS.md that have that many cells."""
    found = []
    for number, line in enumerate(read(LIST).split("\n"), 1):
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == width and not set("".join(cells)) <= set("-") and \
                cells[-1] not in ("tests", "test"):
            found.append((number, cells))
    return found


def codes():
    """{symbol: (code, category)} of err.def."""
    return {m[0]: (m[1], m[2]) for m in re.findall(
        r'^ERR\((\w+), "([^"]+)", (\w+),', read("src/lib/base/err.def"),
        re.M)}


def forged(known):
    """{row: code} of forge.def; "accepted" for what is fine."""
    rows = re.findall(r"^FORGE\((\w+), \w+,\s*(?:ERR_)?(\w+)\)",
                      read("tests/unit/forge.def"), re.M)
    return {name: "accepted" if error == "OK" else known[error][0]
            for name, error in rows}


def written_tests():
    """Everything that a test may be called: functions, rows, cases."""
    names = set()
    for path in files(".c", under=("tests/unit",)):
        text = read(path)
        names |= set(re.findall(r"^(\w+)\(void \*\*state\)", text, re.M))
    names |= set(re.findall(r'^\t\{ "(\w+)"', read(BYPASSES), re.M))
    for path in files(".sh", under=("tests/module", "tests/tpm")):
        names |= set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", read(path)))
    return names


def attacks():
    """{row: code} of the table of tokens; "accepted" for what is fine."""
    table = runpy.run_path(os.path.join(TOP, ATTACKS))["ROWS"]
    return {name: code or "accepted" for name, _, _, code in table}


def place_wrong(place, clause):
    path, _, function = place.partition(" ")
    if not path.startswith("src/"):
        path = "src/lib/" + path
    if not os.path.isfile(os.path.join(TOP, path)):
        return "there is no %s" % path
    text = read(path)
    if not re.search(r"^%s\(" % re.escape(function), text, re.M):
        return "%s has no %s()" % (path, function)
    if len(clause) > 1 and not re.search(
            r"(?<![\d.])%s(?![\d]|\.\d)" % re.escape(clause),
            re.sub(r"\s*\n \*\s*", " ", text)):
        return "%s does not cite %s" % (path, clause)
    return None


def tests_wrong(tests, allowed, rows, names):
    for name in tests:
        if name in rows:
            if rows[name] not in allowed | {"accepted"} and \
                    "any" not in allowed:
                yield "%s ends with %s" % (name, rows[name])
        elif name not in names:
            yield "there is no test %s" % name
    if not tests:
        yield "no test"


def checks():
    known = codes()
    rows, names = forged(known), written_tests()
    rows.update(attacks())
    known = dict(known.values())
    seen, bad, lines = set(), [], table(6)
    for number, (_, _, clause, place, listed, tests) in lines:
        listed = set(listed.split())
        wrong = [place_wrong(place, clause)]
        wrong += ["no code %s" % code
                  for code in sorted(listed - set(known) - {"any"})]
        wrong += tests_wrong(tests.split(), listed, rows, names)
        seen |= listed
        bad += ["%s:%d: %s" % (LIST, number, text) for text in wrong if text]
    bad += ["%s:1: no check ends with %s" % (LIST, code)
            for code, category in sorted(known.items())
            if category in ("input", "policy", "trust") and
            code not in seen | ELSEWHERE | SSH | HOST | OBTAINING]
    if len(lines) < 80:
        bad.append("%s:1: only %d checks were understood" % (LIST, len(lines)))
    rule("the checks in %s are made and tested" % LIST, bad,
         "%d checks" % len(lines))


def bypasses():
    text = read(BYPASSES)
    tests = set(re.findall(r'^\t\{ "(\w+)"', text, re.M))
    tests |= set(re.findall(r"^(\w+)\(void \*\*state\)", text, re.M))
    tests.discard("is_closed")
    listed = {cells[1]: number for number, cells in table(2)}
    bad = ["%s:%d: no test %s" % (LIST, number, name)
           for name, number in sorted(listed.items()) if name not in tests]
    bad += ["%s:1: %s is not listed" % (LIST, name)
            for name in sorted(tests - set(listed))]
    if len(tests) < 20:
        bad.append("%s:1: only %d tests were understood" % (BYPASSES,
                                                            len(tests)))
    rule("the ways round in %s are tests" % LIST, bad, "%d" % len(tests))


checks()
bypasses()
finish()
