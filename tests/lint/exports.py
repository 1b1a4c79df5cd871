#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the built module and programs export and link; part of make check."""
import glob
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from report import finish, rule, run

BUILD = os.environ.get("top_builddir", ".")
MODULE = os.path.join(BUILD, ".libs/pam_attest.so")
ENTRY_POINTS = {"pam_sm_authenticate", "pam_sm_setcred", "pam_sm_acct_mgmt",
                "pam_sm_open_session", "pam_sm_close_session",
                "pam_sm_chauthtok"}
# Libraries that each program may load, beside libc.
MAY_LOAD = {
    "pam_attest.so": {"libpam"},
    "pam_attest-verifier": {"libcrypto", "libcbor", "libjansson",
                            "libseccomp"},
    "pam_attest-ssh-keys": {"libcrypto", "libcbor", "libjansson",
                            "libseccomp"},
    "pam_attest-authenticator": {"libfido2", "libcrypto", "libcbor",
                                 "libseccomp"},
    "pam_attest-tpm": {"libtss2-esys", "libtss2-tctildr", "libtss2-mu",
                       "libtss2-rc", "libcrypto", "libseccomp"},
    "attestctl": {"libcrypto", "libcbor", "libjansson", "libseccomp"},
}


def dynamic(path):
    status, output = run("readelf", "-dW", path)
    return output if status == 0 else ""


def needed(path):
    names = re.findall(r"\(NEEDED\).*\[([^\]]+?)(?:-[0-9.]+)?\.so[^\]]*\]",
                       dynamic(path))
    own = {"libc", "ld-linux-x86-64", "ld-linux-aarch64"}
    return set(names) - own


status, output = run("nm", "-D", "--defined-only", MODULE)
found = {line.split()[-1] for line in output.splitlines() if line.split()}
bad = []
if status != 0:
    bad.append("%s:1: %s" % (MODULE, output.strip()))
bad += ["pam_attest.so:1: exports %s" % name
        for name in sorted(found - ENTRY_POINTS)]
bad += ["pam_attest.so:1: does not export %s" % name
        for name in sorted(ENTRY_POINTS - found)]
rule("the module exports the PAM entry points and nothing else", bad)

programs = {"pam_attest.so": MODULE}
for name in MAY_LOAD:
    for path in glob.glob(os.path.join(BUILD, "src", "*", name)):
        programs[name] = path
        if os.path.exists(os.path.join(os.path.dirname(path), ".libs", name)):
            programs[name] = os.path.join(os.path.dirname(path), ".libs", name)
    if name not in programs and os.path.exists(os.path.join(BUILD, name)):
        programs[name] = os.path.join(BUILD, name)

bad, hard = [], []
for name, allowed in MAY_LOAD.items():
    if name not in programs:
        bad.append("%s:1: was not built" % name)
        continue
    bad += ["%s:1: loads %s" % (name, library)
            for library in sorted(needed(programs[name]) - allowed)]
    tags = dynamic(programs[name])
    if "BIND_NOW" not in tags and " NOW" not in tags:
        hard.append("%s:1: symbols are not bound at start (-z now)" % name)
    if "RPATH" in tags or "RUNPATH" in tags:
        hard.append("%s:1: has a search path for libraries" % name)
    status, headers = run("readelf", "-lW", programs[name])
    if "GNU_RELRO" not in headers:
        hard.append("%s:1: has no GNU_RELRO segment" % name)
    if not re.search(r"GNU_STACK.*RW ", headers):
        hard.append("%s:1: its stack may be executable" % name)
    if not re.search(r"Elf file type is DYN", headers):
        hard.append("%s:1: is not position independent" % name)
rule("every program loads only its own libraries", bad)
rule("every program is hardened", hard)

# The test double makes what is judged; it must not know how it is judged.
SOFTKEY = os.path.join(BUILD, "tests/softkey/softkey")
MAKERS = re.compile(r"att_((attestation_object|statement)_encode|base64(url)?_|buf_|"
                    r"bytes(_|$)|clock_|cose_(algorithm_|rs1)|digest|err_|hashes_|"
                    r"reader|reason_|refuse|sha256|text_|utf8_)")
status, output = run("nm", "--defined-only", SOFTKEY)
linked = {line.split()[-1] for line in output.splitlines() if line.split()}
bad = []
if status != 0 or "forge" not in linked:
    bad.append("%s:1: %s" % (SOFTKEY, output.strip() or "forges nothing"))
bad += ["tests/softkey/softkey:1: links %s" % name for name in sorted(linked)
        if name.startswith("att_") and not MAKERS.match(name)]
rule("softkey links nothing that judges", bad)
finish()
