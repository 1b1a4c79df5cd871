#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The manual pages say what the program's own lists say; part of make check.

Compared: options.def with pam_attest.conf(5), the commands of attestctl and
their options with attestctl(8) or a page of the command's own, err.def with
the codes in attestctl-verify(8), attestctl-token(8), attestctl-host(8),
attestctl-ssh(8) and pam_attest(8): each stands in one of them.
"""
import glob
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from report import TOP, finish, lines, read, rule, run, tool

CONF, MODULE, CTL = ("man/pam_attest.conf.5", "man/pam_attest.8",
                     "man/attestctl.8")
VERIFY = "man/attestctl-verify.8"
MDS = "man/attestctl-mds.8"
AUDIT = "man/attestctl-audit.8"
ROOTS = "man/attestctl-roots.8"
TOKEN = "man/attestctl-token.8"
HOST = "man/attestctl-host.8"
MAA = "man/attestctl-maa.8"
SSH = "man/attestctl-ssh.8"
DOCTOR = "man/attestctl-doctor.8"
RESPOND = "man/attestctl-respond.8"
OWN_PAGES = {"verify": VERIFY, "mds": MDS, "audit": AUDIT, "doctor": DOCTOR,
             "respond": RESPOND,
             "host": HOST, "maa": MAA, "roots": ROOTS, "ssh": SSH, "token": TOKEN}
# Options that several commands have.
PLAIN = "src/attestctl/arguments.c"
NO_VERDICT = "When nothing can be told"
FOLDERS = {"ATT_CONFDIR": "/etc/pam_attest",
           "ATT_STATEDIR": "/var/lib/pam_attest"}
LAST_SECTION = "WHAT THIS DOES NOT CHECK"


def c_rows(path, macro):
    """The rows of a .def file: (line, [fields]); strings are joined."""
    text = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group(0)),
                  read(path), flags=re.S)
    rows = []
    token = r'"(?:\\.|[^"\\])*"|[A-Za-z0-9_]+|,'
    for match in re.finditer(r"^%s\(((?:%s|\s)*)\)" % (macro, token), text,
                             re.M):
        fields = [""]
        for part in re.findall(token, match.group(1)):
            if part == ",":
                fields.append("")
            elif part.startswith('"'):
                fields[-1] += part[1:-1]
            else:
                fields[-1] += FOLDERS.get(part, part)
        rows.append((text[:match.start()].count("\n") + 1, fields))
    return rows


def plain(line):
    """The words of an mdoc line, without macros and quoting."""
    words = [w for w in line.replace('"', " ").split()
             if w not in ("Ns", "Ar", "Cm", "Op", "Fl", "Li", "Sy", "Pa", "No", "Dv")]
    return " ".join(words)


def section(path, title, level="Sh"):
    """(first line, text) of a section; (0, "") where there is none."""
    text, begin, found = lines(path), 0, []
    ends = ("Sh",) if level == "Sh" else ("Sh", "Ss")
    for number, line in enumerate(text, 1):
        words = line.replace('"', "").split(None, 1)
        if words and words[0][1:] in ends and line.startswith("."):
            if begin:
                break
            if words[0] == "." + level and words[1:] == [title]:
                begin = number
        elif begin:
            found.append(line)
    return begin, "\n".join(found)


def items(path, title, macro, level="Sh"):
    """{first word: (line, heading, body)} of the list in a section."""
    begin, text = section(path, title, level)
    found, current, depth = {}, None, 0
    for number, line in enumerate(text.split("\n"), begin + 1):
        if line.startswith(".Bl"):
            depth += 1
        elif line.startswith(".El"):
            depth -= 1
            current = current if depth > 0 else None
        match = re.match(r"\.It %s (\S+)(.*)" % macro, line)
        if match and depth == 1:
            current = [number, match.group(2), []]
            found[match.group(1)] = current
        elif current is not None:
            current[2].append(line)
    return {name: (line, heading, "\n".join(body))
            for name, (line, heading, body) in found.items()}


def default_of(body):
    """What an item of pam_attest.conf(5) states after "Default:"."""
    match = re.search(r"^Default:\n\.(?:Cm|Pa) (.+)$", body, re.M)
    if match:
        return re.sub(r" \.$", "", match.group(1))
    return "" if re.search(r"^Default: empty\.$", body, re.M) else None


def duration(seconds):
    """A time as conf/value_duration.c prints it."""
    for letter, unit in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        if int(seconds) and int(seconds) % unit == 0:
            return "%d%s" % (int(seconds) // unit, letter)
    return "0"


def option_wrong(fields, body, choices):
    """What an item lacks of its row in options.def."""
    _, kind, default, low, high, _ = fields
    if default_of(body) != default:
        yield "the default is %r here, %r in options.def" % (
            default_of(body), default)
    words = set(re.findall(r"[\w-]+", body))
    if kind == "duration" and "%s to %s" % (
            duration(low), duration(high)) not in " ".join(body.split()):
        yield "the range '%s to %s' is not stated" % (
            duration(low), duration(high))
    for word in choices.get(kind, ()):
        if word not in words:
            yield "the value %s is not described" % word
    if kind in ("number", "seconds", "word") and high != "0":
        if "%s to %s" % (low, high) not in " ".join(body.split()):
            yield "the range '%s to %s' is not stated" % (low, high)


def options():
    path = "src/lib/conf/options.def"
    choices = {}
    for _, (kind, _, word) in c_rows("src/lib/conf/choices.def", "CHOICE"):
        choices.setdefault(kind, []).append(word)
    for kind, path_of, macro in (
            ("formats", "src/lib/conf/formats.def", "FORMAT"),
            ("token_types", "src/lib/conf/token_types.def", "TOKEN_TYPE")):
        choices[kind] = [word for _, (_, word) in c_rows(path_of, macro)]
    described, bad = items(CONF, "OPTIONS", "Cm"), []
    rows = c_rows(path, "OPTION")
    for number, fields in rows:
        if fields[0] not in described:
            bad.append("%s:1: option %s (%s:%d) is not described" %
                       (CONF, fields[0], path, number))
            continue
        line, _, body = described[fields[0]]
        bad += ["%s:%d: %s: %s" % (CONF, line, fields[0], wrong)
                for wrong in option_wrong(fields, body, choices)]
    known = {fields[0] for _, fields in rows}
    bad += ["%s:%d: no option %s" % (CONF, line, name)
            for name, (line, _, _) in described.items() if name not in known]
    if len(rows) < 20:
        bad.append("%s:1: only %d rows were understood" % (path, len(rows)))
    rule("pam_attest.conf(5) agrees with options.def", bad,
         "%d options" % len(rows))


def long_options(path):
    """Names in the struct option tables of a source, or that it borrows."""
    text = read(path)
    found = set(re.findall(
        r'\{\s*"([a-z0-9-]+)",\s*(?:no|required|optional)_argument', text))
    if path != PLAIN and "att_arguments_plain" in text:
        found |= long_options(PLAIN)
    return found


def parts_of(source):
    """A command's source, and those of its own commands."""
    stem = os.path.join(TOP, source[:-len(".c")])
    found = [source] + [os.path.relpath(path, TOP)
                        for path in glob.glob(stem + "_*.c")]
    return sorted(found)


def commands():
    bad, described = [], items(CTL, "COMMANDS", "Cm")
    main = "src/attestctl/main.c"
    table = set(re.findall(r'\{\s*(?:\.name\s*=\s*)?"([a-z]+)",\s*'
                           r'(?:\.\w+\s*=\s*)?att_cmd_|'
                           r'"([a-z]+)"[^{}]*?att_cmd_', read(main)))
    table = {a or b for a, b in table}
    declared = set(re.findall(r"\batt_cmd_([a-z]+)\(",
                              read("src/attestctl/command.h")))
    if table != declared:
        bad.append("%s:1: the table has %s, command.h has %s" %
                   (main, sorted(table), sorted(declared)))
    bad += ["%s:1: command %s is not described" % (CTL, name)
            for name in sorted(declared - set(described))]
    bad += ["%s:%d: no command %s" % (CTL, line, name)
            for name, (line, _, _) in described.items()
            if name not in declared]
    for name in sorted(declared & set(described)):
        line, heading, body = described[name]
        text = heading + "\n" + body
        if name in OWN_PAGES:
            text = section(OWN_PAGES[name], "OPTIONS")[1]
        source = "src/attestctl/cmd_%s.c" % name
        here = set(re.findall(r"Fl -([a-z0-9-]+)", text))
        there = set().union(*map(long_options, parts_of(source))) - {"help"}
        bad += ["%s:%d: %s --%s is not described" % (CTL, line, name, word)
                for word in sorted(there - here)]
        bad += ["%s:%d: %s has no --%s" % (CTL, line, name, word)
                for word in sorted(here - there - long_options(main))]
    synopsis = section(CTL, "SYNOPSIS")[1]
    bad += ["%s:1: %s is not in the synopsis" % (CTL, name)
            for name in sorted(declared)
            if not re.search(r"^\.Cm %s\b" % name, synopsis, re.M)]
    rule("attestctl(8) agrees with the commands", bad,
         "%d commands" % len(declared))


def codes_of_verify():
    """{code: (line, heading, body, subsection)} of attestctl-verify(8)."""
    found = {}
    text = section(VERIFY, "REFUSAL CODES")[1]
    for title in re.findall(r"^\.Ss (.+)$", text, re.M):
        for code, item in items(VERIFY, title, "Li", level="Ss").items():
            found[code] = item + (title,)
    return found


def reason_wrong(row, heading, body, needs_remedy):
    """What an item lacks of its row in err.def."""
    _, code, _, pam, text = row
    words = " ".join(body.split())
    if plain(heading) != pam:
        yield "%s gives %s, not %s" % (code, pam, plain(heading))
    if not (words + " ").lower().startswith(text.lower() + ". "):
        yield "%s means: %s" % (code, text)
    elif needs_remedy == (len(words) == len(text) + 1):
        yield "%s: what to do %s" % (
            code, "is not said" if needs_remedy else "is said elsewhere")


def reasons():
    path = "src/lib/base/err.def"
    described = {VERIFY: codes_of_verify(),
                 TOKEN: items(TOKEN, "REFUSAL CODES", "Li"),
                 HOST: items(HOST, "REFUSAL CODES", "Li"),
                 SSH: items(SSH, "REFUSAL CODES", "Li"),
                 MODULE: items(MODULE, "REASONS", "Li")}
    bad = []
    rows = c_rows(path, "ERR")
    for number, row in rows:
        code, category = row[1], row[2]
        places = [page for page in described if code in described[page]]
        if len(places) != 1:
            bad.append("%s:%d: reason %s has to be in one of %s" %
                       (path, number, code, ", ".join(described)))
            continue
        page = places[0]
        line, heading, body = described[page][code][:3]
        bad += ["%s:%d: %s" % (page, line, wrong) for wrong in
                reason_wrong(row, heading, body, page != MODULE)]
        # attestctl verify ends with 1 for these three, with 2 for the rest.
        is_verdict = category in ("input", "policy", "trust")
        if page == VERIFY and is_verdict == (
                described[VERIFY][code][3] == NO_VERDICT):
            bad.append("%s:%d: %s is under the wrong heading" %
                       (page, line, code))
    known = {fields[1] for _, fields in rows}
    bad += ["%s:%d: no reason %s" % (page, item[0], code)
            for page, found in described.items()
            for code, item in found.items() if code not in known]
    if len(rows) < 50 or len(described[VERIFY]) < 50:
        bad.append("%s:1: only %d rows were understood" % (path, len(rows)))
    rule("the reasons in attestctl-verify(8), attestctl-token(8), "
         "attestctl-host(8), attestctl-ssh(8) and pam_attest(8) agree with "
         "err.def", bad,
         ", ".join("%d" % len(found) for found in described.values()))


def return_codes():
    """Every PAM code of err.def stands in RETURN CODES."""
    text = section(MODULE, "RETURN CODES")[1]
    bad = ["%s:1: %s is not in RETURN CODES" % (MODULE, code)
           for code in sorted({f[3] for _, f in
                               c_rows("src/lib/base/err.def", "ERR")})
           if not re.search(r"\b%s\b" % code, text)]
    rule("pam_attest(8) names every return code", bad)


def pages():
    bad = []
    for page in (CONF, MODULE, CTL, VERIFY, MDS, AUDIT, ROOTS, TOKEN,
                 HOST, MAA, SSH, DOCTOR, RESPOND):
        status, output = run(tool("mandoc", "mandoc"), "-T", "lint", page)
        # Which other pages are installed here is no property of ours.
        found = [line for line in output.splitlines()
                 if line and "referenced manual not found" not in line and
                 "outdated mandoc.db" not in line]
        bad += found
        if status > 2 and not found:
            bad.append("%s:1: mandoc failed: %s" % (page, output.strip()))
        titles = re.findall(r"^\.Sh (.+)$", read(page), re.M)
        if titles[-1:] != [LAST_SECTION]:
            bad.append("%s:1: the last section has to be %s" %
                       (page, LAST_SECTION))
        if "EXAMPLES" not in titles:
            bad.append("%s:1: no EXAMPLES" % page)
    rule("mandoc -T lint has nothing to say", bad)


def checks_of_doctor():
    """Every check of attestctl doctor is described, under its name."""
    made = set()
    for path in glob.glob("src/attestctl/*doctor*.c"):
        made |= set(re.findall(r'\{ "([a-z-]+)", ATT_NEED_|'
                               r'doctor->check = "([a-z-]+)"', read(path)))
    made = {a or b for a, b in made}
    described = items(DOCTOR, "CHECKS", "Li")
    bad = ["%s:1: check %s is not described" % (DOCTOR, name)
           for name in sorted(made - set(described))]
    bad += ["%s:%d: no check %s" % (DOCTOR, described[name][0], name)
            for name in sorted(set(described) - made)]
    rule("attestctl-doctor(8) agrees with the checks", bad,
         "%d checks" % len(made))


os.chdir(TOP)
for check in (options, commands, reasons, return_codes, pages,
              checks_of_doctor):
    check()
finish()
