#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Judges every real attestation of ssh-keygen with "attestctl ssh verify".

They come from other people's security keys, are no part of this tree, and are
looked for beside it, or where VECTORS says. Without them nothing is judged, and
that is said.

Each has the verdict that its suite states, and is refused once one thing is
wrong. Where a vector has no public key, that is read out of the attestation
here, by other code than that of attestctl.
"""
import base64
import glob
import json
import os
import struct
import subprocess
import sys
import tempfile

TOP = os.environ.get("top_srcdir", ".")
BUILD = os.environ.get("top_builddir", ".")
TYPES = {2: b"sk-ecdsa-sha2-nistp256@openssh.com",
         1: b"sk-ssh-ed25519@openssh.com"}
FLIPS = 40
PARTS = ("attestation", "public-key", "challenge")


def string(data):
    return struct.pack(">I", len(data)) + data


def strings(data, count):
    """The first strings of a file of SSH, and what follows them."""
    found = []
    for _ in range(count):
        size = struct.unpack(">I", data[:4])[0]
        found.append(data[4:4 + size])
        data = data[4 + size:]
    return found, data


def public_key(attestation, application=b"ssh:"):
    """The line of a .pub file: the COSE key ends authenticator data, its
    numbers are the last byte strings, and of 32 bytes."""
    (_, _, _, wrapped), _ = strings(attestation, 4)
    cose = wrapped[wrapped.rindex(b"\x01\x01\x03\x27") - 1:] \
        if b"\x01\x01\x03\x27" in wrapped \
        else wrapped[wrapped.rindex(b"\x01\x02\x03\x26") - 1:]
    kind = cose[2]
    x = cose[cose.index(b"\x21\x58\x20") + 3:][:32]
    blob = string(TYPES[kind])
    if kind == 2:
        y = cose[cose.index(b"\x22\x58\x20") + 3:][:32]
        blob += string(b"nistp256") + string(b"\x04" + x + y)
    else:
        blob += string(x)
    blob += string(application)
    return TYPES[kind] + b" " + base64.b64encode(blob) + b" of the test\n"


class Judge:
    def __init__(self, folder):
        self.folder, self.number, self.failed = folder, 0, 0
        self.config = self.write("conf", "".join(
            "%s = %s\n" % (name, self.make(name)) for name in (
                "roots_dir", "intermediates_dir", "mds_dir",
                "credentials_dir", "state_dir")).encode())

    def make(self, name):
        path = os.path.join(self.folder, name)
        os.mkdir(path, 0o700)
        return path

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as out:
            out.write(data)
        os.chmod(path, 0o600)
        return path

    def ask(self, vector, options, **changed):
        """(exit status, verdict, code or None)"""
        words = [os.path.join(BUILD, "attestctl"), "--config", self.config,
                 "ssh", "verify", "--json"]
        for part in PARTS:
            words += ["--" + part, self.write(
                part, changed.get(part.replace("-", "_"), vector[part]))]
        done = subprocess.run(words + options, capture_output=True, timeout=60,
                              check=False)
        if not done.stdout:
            return done.returncode, done.stderr.decode(), None, {}
        answer = json.loads(done.stdout)
        reason = answer["reason"] or {}
        return done.returncode, answer["verdict"], reason.get("code"), answer

    def result(self, what, is_good, got):
        self.number += 1
        self.failed += not is_good
        print("%sok %d - %s" % ("" if is_good else "not ", self.number, what))
        if not is_good:
            print("#   got %s" % (got[:3],))

    def accepts(self, what, vector, options, **changed):
        got = self.ask(vector, options, **changed)
        self.result(what, got[:2] == (0, "accepted"), got)
        return got[3]

    def refuses(self, what, code, vector, options, **changed):
        got = self.ask(vector, options, **changed)
        self.result("%s: %s" % (what, code),
                    got[:3] == (1, "refused", code), got)


def read(path):
    with open(path) as text:
        data = json.load(text)
    attestation = bytes.fromhex(data["attestation_hex"])
    line = data["ssh_public_key"]
    return data, {"attestation": attestation,
                  "public-key": line.encode() if line
                  else public_key(attestation),
                  "challenge": bytes.fromhex(data["challenge_hex"])}


def flipped(data, place):
    changed = bytearray(data)
    changed[place // 8] ^= 1 << place % 8
    return bytes(changed)


def judge_changes(judge, name, vector, options):
    """Every one of some bits counts, and so does what is around them."""
    attestation = vector["attestation"]
    judge.refuses(name + " over another challenge", "statement-signature",
                  vector, options, challenge=flipped(vector["challenge"], 0))
    judge.refuses(name + " with a byte more", "ssh-attestation-malformed",
                  vector, options, attestation=attestation + b"\0")
    judge.refuses(name + " of version v00", "ssh-attestation-version", vector,
                  options, attestation=attestation.replace(
                      b"attest-v01", b"attest-v00", 1))
    judge.refuses(name + " for another application", "ssh-application",
                  vector, options,
                  public_key=public_key(attestation, b"ssh:other"))
    judge.refuses(name + " without its anchor", "anchor-unknown", vector, [])
    size = 8 * len(attestation)
    got = [judge.ask(vector, options, attestation=flipped(attestation, place))
           for place in range(0, size, size // FLIPS)]
    wrong = [one for one in got if one[:2] != (1, "refused")]
    judge.result("%s with any of %d bits flipped" % (name, len(got)),
                 not wrong and len(got) >= FLIPS, wrong[:1] or [got[:0]])


def judge_vector(judge, path, others):
    data, vector = read(path)
    name = data["name"]
    options = ["--roots", judge.write(
        "root.pem", "".join(data["trust_roots_pem"]).encode())]
    model = "%s-%s-%s-%s-%s" % tuple(
        data["aaguid"][a:b] for a, b in (
            (0, 8), (8, 12), (12, 16), (16, 20), (20, 32)))
    allow = options + ["--set", "aaguid_allow=" + model]
    deny = options + ["--set",
                      "aaguid_allow=00000000-0000-0000-0000-000000000001"]
    if data["expected_in_suite"] == "valid":
        found = judge.accepts(name, vector, allow)
        judge.result(name + " is what it says",
                     found.get("format") == "packed" and
                     found.get("aaguid") == model, (found,))
        judge_changes(judge, name, vector, options)
        judge.refuses(name + " with another's public key",
                      "ssh-key-mismatch", vector, options,
                      public_key=others(name))
    else:
        judge.refuses(name, "aaguid-refused", vector, deny)
        judge.accepts(name + " but for its model", vector, options)


def main():
    folder = os.path.join(os.environ.get("VECTORS", os.path.join(
        TOP, "..", "shared", "vectors")), "ssh")
    paths = sorted(glob.glob(os.path.join(folder, "*.json")))
    if not paths:
        print("1..1\nok 1 - attestations of ssh-keygen # SKIP no folder " +
              folder)
        return 0
    lines = {read(path)[0]["name"]: read(path)[1]["public-key"]
             for path in paths}

    def others(name):
        return next(line for other, line in sorted(lines.items())
                    if line.split()[1] != lines[name].split()[1])

    with tempfile.TemporaryDirectory() as scratch:
        judge = Judge(scratch)
        for path in paths:
            judge_vector(judge, path, others)
    print("1..%d" % judge.number)
    return 1 if judge.failed else 0


sys.exit(main())
