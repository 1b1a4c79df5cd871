#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Evidence that the emulator believes, made without an enclave.

    evidence.py quote|report DATA [CONFIGURATION] >EVIDENCE

A quote (SGX) or a report (Open Enclave) of an enclave that vouches for the
file DATA, and was configured with the file CONFIGURATION.
"""
import hashlib
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, os.pardir, "tokens"))

import quotes  # noqa: E402
from numbers_drawn import Numbers  # noqa: E402


def digest(path, size):
    with open(path, "rb") as data:
        return hashlib.sha256(data.read()).digest().ljust(size, b"\0")


def main():
    kind, data, *configuration = sys.argv[1:]
    facts = {"report-data": digest(data, 64), "is-debuggable": True,
             "mrenclave": hashlib.sha256(b"an enclave").digest()}
    if configuration:
        facts["config-id"] = digest(configuration[0], 64)
    quote = quotes.make(facts, Numbers())
    sys.stdout.buffer.write(quotes.evidence(quote) if kind == "report" else
                            quote)


main()
