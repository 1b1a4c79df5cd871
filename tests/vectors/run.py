#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Judges every shared reference vector with "attestctl verify".

The vectors (published by the W3C, recorded from real authenticators, taken
from the suites of other projects, or derived from those) are not part of this
tree. They are looked for beside it, or where VECTORS says. Without them
nothing is judged, and that is said.

Each vector is judged twice: with the defaults, and with the options its kind
calls for. What came out, code by code, has to be what expected.json says; and
whatever that file says, an invalid vector may never be accepted. A valid one
may only be refused where the row gives the reason ("because"). "set" lists
the fewest options that a valid one needs, unless none of them helps. With
"anchor": "x5c" the trust anchor is the last certificate that the vector
brings along, because nobody has another one; "note" says what a code that
does not name the defect is about. --update writes the file anew, keeping all
of these, for review.

The table that is printed has a line for each vector: what the vector says it
is, what came out, the code, the options that were set for it, and what the
vector says is wrong with it.
"""

import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
EXPECTED = os.path.join(HERE, "expected.json")
FOLDERS = ["w3c", "real", "synthetic", "negative_suite", "derived", "pqc"]
ALL_FORMATS = ("formats=none packed tpm fido-u2f android-key "
               "android-safetynet apple compound")
KEYS = ["verdict", "format", "attestation_type", "aaguid", "credential_id",
        "algorithm", "flags", "sign_count", "attestation_key", "anchor",
        "reason"]
# All that a valid vector may need; --update tries without the last ones first.
RELAXATIONS = [ALL_FORMATS, "require_aaguid_extension=no", "u2f_zero_aaguid=no",
               "android_key_lists=any", "android_key_lists=absent",
               "tpm_sha1=yes", "tpm_vendor_check=no",
               "tpm_attributes_check=no", "backup_eligible=yes",
               "cbor_key_order=any", "attestation=self", "attestation=none"]
UNDATED = "2026-01-01T00:00:00Z"


def fail_setup(text):
    print("run.py: " + text, file=sys.stderr)
    sys.exit(1)


def find_program():
    build = os.environ.get("top_builddir", os.path.join(HERE, "..", ".."))
    places = [os.environ.get("ATTESTCTL"),
              os.path.join(build, "attestctl"),
              os.path.join(build, "src", "attestctl", "attestctl")]
    for place in places:
        if place and os.path.isfile(place):
            return os.path.abspath(place)
    fail_setup("attestctl is not built")


def find_vectors():
    top = os.environ.get("top_srcdir", os.path.join(HERE, "..", ".."))
    return os.environ.get(
        "VECTORS", os.path.join(top, "..", "shared", "vectors"))


class Judge:
    """Calls attestctl in a scratch folder."""

    def __init__(self, program, scratch):
        self.program = program
        self.scratch = scratch
        self.config = self.write("empty.conf", b"")
        self.nothing = os.path.join(scratch, "nothing")
        os.mkdir(self.nothing)
        self.env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]

    def write(self, name, data):
        path = os.path.join(self.scratch, name)
        with open(path, "wb") as f:
            f.write(data)
        os.chmod(path, 0o600)
        return path

    def certificates(self, name, pems):
        if not pems:
            return self.nothing
        return self.write(name, "\n".join(pems).encode())

    def command(self, vector, settings):
        command = [self.program, "--config", self.config, "verify", "--json"]
        if vector.get("rp_id"):
            command += ["--rp-id", vector["rp_id"]]
        else:
            command += ["--rp-id-hash", find_rp_id_hash(vector)]
        command += ["--client-data-hash", find_client_data_hash(vector)]
        command += ["--roots", self.certificates(
            "roots.pem", vector.get("trust_roots_pem"))]
        command += ["--intermediates", self.certificates(
            "intermediates.pem", vector.get("untrusted_intermediates_pem"))]
        command += ["--at", vector.get("validate_at") or UNDATED]
        for setting in settings:
            command += ["--set", setting]
        return command + ["-"]

    def judge(self, vector, settings, attestation_object=None):
        """The answer as a dict; what breaks the contract is an error."""
        data = attestation_object
        if data is None:
            data = bytes.fromhex(vector["attestation_object"])
        done = subprocess.run(
            self.command(vector, settings), input=data, env=self.env,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        if done.returncode not in (0, 1) or done.stderr:
            raise RuntimeError("exit %d: %s" % (
                done.returncode, done.stderr.decode(errors="replace")))
        answer = json.loads(done.stdout)
        if list(answer) != KEYS:
            raise RuntimeError("keys are %s" % list(answer))
        is_accepted = answer["verdict"] == "accepted"
        if is_accepted != (done.returncode == 0) or \
                is_accepted != (answer["reason"] is None):
            raise RuntimeError("verdict and exit status differ")
        return answer


def decode_cbor(data, at=0):
    """(value, offset behind it) of an item of an envelope; maps are dicts."""
    kind, length = data[at] >> 5, data[at] & 31
    at += 1
    if 24 <= length < 28:
        size = 1 << length - 24
        length = int.from_bytes(data[at:at + size], "big")
        at += size
    if kind == 0:
        return length, at
    if kind == 1:
        return -1 - length, at
    if kind in (2, 3):
        value = data[at:at + length]
        return value.decode() if kind == 3 else value, at + length
    items = []
    while (data[at] != 0xff if length == 31
           else len(items) < length * (kind - 3)):
        value, at = decode_cbor(data, at)
        items.append(value)
    at += length == 31
    if kind == 5:
        return dict(zip(items[::2], items[1::2])), at
    return items, at


def find_last_certificate(vector):
    """The top of what x5c has, as PEM."""
    data = bytes.fromhex(vector["attestation_object"])
    statement = decode_cbor(data)[0]["attStmt"]
    if "x5c" in statement:
        text = base64.b64encode(statement["x5c"][-1]).decode()
    else:
        header = statement["response"].split(b".")[0]
        header += b"=" * (-len(header) % 4)
        text = json.loads(base64.urlsafe_b64decode(header))["x5c"][-1]
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----"] + lines +
                     ["-----END CERTIFICATE-----"])


def with_anchor(vector, row):
    if row.get("anchor") != "x5c":
        return vector
    return dict(vector, trust_roots_pem=[find_last_certificate(vector)])


def find_auth_data(data):
    """(offset, bytes) of authData: the byte string after its key."""
    at = data.index(b"hauthData") + 9
    head = data[at]
    if head == 0x58:
        return at + 2, data[at + 2:at + 2 + data[at + 1]]
    if head == 0x59:
        length = int.from_bytes(data[at + 1:at + 3], "big")
        return at + 3, data[at + 3:at + 3 + length]
    raise ValueError("authData is not a long byte string")


def find_client_data_hash(vector):
    if vector.get("client_data_hash"):
        return vector["client_data_hash"]
    data = bytes.fromhex(vector.get("client_data_json") or "")
    return hashlib.sha256(data).hexdigest()


def find_rp_id_hash(vector):
    """Some vectors do not say for which RP they were made. To reach what is
    wrong with them their own word is taken for it."""
    if vector.get("rp_id_hash"):
        return vector["rp_id_hash"]
    _, data = find_auth_data(bytes.fromhex(vector["attestation_object"]))
    return data[:32].hex()


def code_of(answer):
    if answer["reason"] is None:
        return "accepted"
    return answer["reason"]["code"]


def check_client_data(vector):
    """Is the hash that of the client data, where the vector has both?"""
    if None in (vector.get("client_data_json"),
                vector.get("client_data_hash")):
        return True
    data = bytes.fromhex(vector["client_data_json"])
    return hashlib.sha256(data).hexdigest() == vector["client_data_hash"]


def load(root):
    """Yields (name, vector) for each judged file."""
    for folder in FOLDERS:
        path = os.path.join(root, folder)
        if not os.path.isdir(path):
            continue
        for name in sorted(os.listdir(path)):
            if not name.endswith(".json"):
                continue
            with open(os.path.join(path, name)) as f:
                vector = json.load(f)
            if isinstance(vector, dict) and "attestation_object" in vector:
                yield folder + "/" + name[:-5], vector


def is_strict_only(vector):
    return bool((vector.get("info") or {}).get("strict_only"))


# --- What expected.json is made of ------------------------------------------

def widest(vector):
    """What an invalid vector has to be refused with all the same."""
    weakest = "none" if vector["fmt"] == "none" else "self"
    settings = [ALL_FORMATS, "attestation=" + weakest,
                "require_aaguid_extension=no", "backup_eligible=yes",
                "android_key_lists=absent", "tpm_sha1=yes",
                "tpm_vendor_check=no", "tpm_attributes_check=no"]
    info = vector.get("info") or {}
    if "noncanon" in info or vector["verdict"] not in ("valid", "invalid"):
        # Stored by a program that encodes anew: not what is wrong with it.
        settings.append("cbor_key_order=any")
    return settings


def is_to_be_accepted(vector):
    return vector.get("verdict") == "valid"


def is_excused(row):
    return "because" in row and "anchor" not in row


def find_settings(judge, vector):
    """The fewest relaxations that get a valid vector accepted."""
    needed = list(RELAXATIONS)
    for relaxation in reversed(RELAXATIONS):
        fewer = [r for r in needed if r != relaxation]
        if code_of(judge.judge(vector, fewer)) == "accepted":
            needed = fewer
    return needed


def make_expected(judge, vector, old):
    vector = with_anchor(vector, old)
    row = {"default": code_of(judge.judge(vector, []))}
    settings = widest(vector)
    if is_to_be_accepted(vector):
        settings = find_settings(judge, vector)
        if settings and not is_excused(old):
            row["set"] = settings
    code = code_of(judge.judge(vector, settings))
    if code != row["default"]:
        row["relaxed"] = code
    row.update({key: old[key] for key in ("anchor", "because", "note")
                if key in old})
    return row


# --- Judging ------------------------------------------------------------------

class Totals:
    LINE = "%-4s %-66s %-8s %-8s %-24s %s"

    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def print_head(self):
        print(self.LINE % ("", "vector", "expected", "got", "code",
                           "options; what is wrong with it"))

    def add(self, name, problems, cells=("", "", "", "")):
        if problems:
            self.failed += 1
        else:
            self.passed += 1
        print((self.LINE % (("FAIL" if problems else "ok", name) +
                            tuple(cells))).rstrip())
        for problem in problems:
            print("     %s: %s" % (name, problem))


def find_problems(vector, row, default, relaxed):
    """What no table can excuse, then what differs from the table."""
    problems = []
    if vector.get("verdict") != "valid":
        if default == "accepted":
            problems.append("an invalid vector is accepted by default")
        if relaxed == "accepted" and not is_strict_only(vector):
            problems.append("an invalid vector is accepted")
    elif is_to_be_accepted(vector) and not is_excused(row):
        if relaxed != "accepted":
            problems.append("a valid vector is refused: " + relaxed)
    if default != row["default"]:
        problems.append("by default %s, expected %s" % (
            default, row["default"]))
    expected = row.get("relaxed", row["default"])
    if relaxed != expected:
        problems.append("%s, expected %s" % (relaxed, expected))
    return problems


def find_facts_problems(vector, answer):
    """An accepted vector has to be read as what it is."""
    problems = []
    if answer["format"] != vector["fmt"]:
        problems.append("format is read as %s" % answer["format"])
    if answer["attestation_type"] != vector["attestation_type"].lower():
        problems.append("type is read as %s" % answer["attestation_type"])
    if (answer["anchor"] is None) != (not vector["trust_roots_pem"]):
        problems.append("anchor is %s" % answer["anchor"])
    return problems


def describe(vector, row, settings):
    """The last cell: the options that were set, and what is wrong."""
    words = []
    if settings and is_to_be_accepted(vector) and not is_excused(row):
        words.append(", ".join("formats=..." if s.startswith("formats=")
                               else s for s in settings))
    if row.get("anchor") == "x5c":
        words.append("anchor: its own last certificate")
    for text in (vector.get("reason"), row.get("because"), row.get("note")):
        if text and text != "valid":
            words.append(text.split(" | ")[0])
    return "; ".join(words)


def find_gap_problems(judge, vector, settings):
    """Without the intermediates that were configured for it, a vector that
    needs them is refused and says what is missing."""
    if not vector.get("untrusted_intermediates_pem"):
        return []
    answer = judge.judge(dict(vector, untrusted_intermediates_pem=[]),
                         settings)
    if answer["reason"] is None:
        return []
    text = answer["reason"]["text"]
    if code_of(answer) != "anchor-unknown" or \
            "an intermediate is missing" not in text or \
            "the issuer of" not in text:
        return ["with roots only: %s" % text]
    print("     with roots only: %s" % text)
    return []


def judge_vector(judge, name, vector, row, totals):
    vector = with_anchor(vector, row)
    default = code_of(judge.judge(vector, []))
    settings = widest(vector)
    if is_to_be_accepted(vector):
        settings = RELAXATIONS if is_excused(row) else row.get("set", [])
    answer = judge.judge(vector, settings)
    relaxed = code_of(answer)
    problems = find_problems(vector, row, default, relaxed)
    if relaxed == "accepted" and is_to_be_accepted(vector):
        problems += find_facts_problems(vector, answer)
        problems += find_gap_problems(judge, vector, settings)
    verdict = vector.get("verdict", "")
    totals.add(name, problems,
               (verdict if verdict in ("valid", "invalid") else "open",
                answer["verdict"], "" if relaxed == "accepted" else relaxed,
                describe(vector, row, settings)))


def run(judge, root, expected):
    totals = Totals()
    totals.print_head()
    seen = set()
    for name, vector in load(root):
        seen.add(name)
        row = expected.get(name)
        if row is None:
            totals.skipped += 1
            print("skipped: %s is not in expected.json" % name)
            continue
        try:
            if not check_client_data(vector):
                raise RuntimeError("client data and its hash differ")
            judge_vector(judge, name, vector, row, totals)
        except (RuntimeError, ValueError, subprocess.TimeoutExpired) as e:
            totals.add(name, [str(e)])
    for name in sorted(set(expected) - seen):
        totals.skipped += 1
        print("skipped: %s is not there" % name)
    return totals


def update(judge, root, expected):
    table = {name: make_expected(judge, vector, expected.get(name, {}))
             for name, vector in load(root)}
    rows = ["%s: %s" % (json.dumps(name), json.dumps(table[name]))
            for name in sorted(table)]
    with open(EXPECTED, "w") as f:
        f.write("{\n" + ",\n".join(rows) + "\n}\n")
    print("%d rows written to %s" % (len(rows), EXPECTED))


def main():
    with open(EXPECTED) as f:
        expected = json.load(f)
    root = find_vectors()
    if not os.path.isdir(root):
        print("ok - %d shared vectors # SKIP no folder %s" % (
            len(expected), root))
        print("0 passed, 0 failed, %d skipped" % len(expected))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        judge = Judge(find_program(), scratch)
        if sys.argv[1:] == ["--update"]:
            update(judge, root, expected)
            return 0
        totals = run(judge, root, expected)
    print("%d passed, %d failed, %d skipped" % (
        totals.passed, totals.failed, totals.skipped))
    return 1 if totals.failed else 0


if __name__ == "__main__":
    sys.exit(main())
