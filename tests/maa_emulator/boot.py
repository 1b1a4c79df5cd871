#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Has a TPM measure the start of a test host, from a shell:

    boot.py FOLDER [insecure]

extends the PCRs of the TPM that TPM2TOOLS_TCTI names, and writes the logs of
that, FOLDER/tcg and FOLDER/ima, as the kernel shows them."""
import os
import subprocess
import sys

sys.dont_write_bytecode = True

import measured

PATHS = ("boot_aggregate", "/bin/sh")
folder = sys.argv[1]
events = measured.boot("insecure" not in sys.argv[2:])
subprocess.run(["tpm2_pcrextend"] + [
    "%d:sha256=%s" % (index, digest.hex())
    for index, digest in measured.extensions(events, PATHS)], check=True)
for name, log in (("tcg", measured.tcg_log(events)),
                  ("ima", measured.ima_log(PATHS))):
    with open(os.path.join(folder, name), "wb") as out:
        out.write(log)
