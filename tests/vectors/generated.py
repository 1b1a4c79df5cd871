#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes our own vectors anew and judges each with "attestctl verify".

tests/vectors/generate writes one valid registration or more per format and
one for every single defect that forge.def lists, from a throw-away CA. What
attestctl says has to be the code that forge.def gives. OWN_STRIDE=7 judges only
every seventh of them, and says so.
"""

import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from run import Judge, code_of, fail_setup, find_program

FORMATS = ["none", "packed", "tpm", "android-key", "android-safetynet",
           "fido-u2f", "apple", "compound"]


def generate(folder):
    build = os.environ.get("top_builddir", ".")
    program = os.path.join(build, "tests", "vectors", "generate")
    if not os.path.isfile(program):
        fail_setup(program + " is not built")
    subprocess.run([program, folder], check=True, timeout=60,
                   stdout=subprocess.DEVNULL)
    with open(os.path.join(folder, "expected.json")) as f:
        return json.load(f)


class Count:
    def __init__(self):
        self.accepted = self.refused = self.wrong = self.left_out = 0


def judge_one(judge, folder, name, row, count):
    with open(os.path.join(folder, name + ".json")) as f:
        vector = json.load(f)
    answer = judge.judge(vector, row["set"])
    code = code_of(answer)
    if code != row["relaxed"]:
        count.wrong += 1
        print("# %s: %s, expected %s" % (name, code, row["relaxed"]))
    elif code == "accepted":
        count.accepted += 1
        print("# %s: accepted as %s" % (name, answer["attestation_type"]))
    else:
        count.refused += 1
        print("# %s: %s: %s" % (name, code, answer["reason"]["text"]))


def report(number, form, count):
    # Without an object that is accepted no refusal would mean anything.
    is_good = count.wrong == 0 and count.accepted > 0
    note = ""
    if count.left_out:
        note = ", %d left out" % count.left_out
        is_good = count.wrong == 0
    print("%sok %d - %s: %d accepted, %d refused with their codes%s" % (
        "" if is_good else "not ", number, form, count.accepted,
        count.refused, note))
    return is_good


def main():
    stride = int(os.environ.get("OWN_STRIDE", "1"))
    counts = {form: Count() for form in FORMATS}
    with tempfile.TemporaryDirectory() as scratch:
        folder = os.path.join(scratch, "vectors")
        expected = generate(folder)
        judge = Judge(find_program(), scratch)
        for number, (name, row) in enumerate(sorted(expected.items())):
            count = counts[name.split("/")[0]]
            if number % stride == 0:
                judge_one(judge, folder, name, row, count)
            else:
                count.left_out += 1
    good = [report(number, form, counts[form])
            for number, form in enumerate(FORMATS, 1)]
    print("1..%d" % len(good))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
