#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Changes an emulator that runs, from a shell:

    control.py FOLDER faults [FAULT]...     all faults from now on
    control.py FOLDER rollover [leaf=1]     another key signs
    control.py FOLDER get PATH              prints the body of an answer
"""
import os
import ssl
import sys
import urllib.request

folder, what, *words = sys.argv[1:]
with open(os.path.join(folder, "endpoint")) as file:
    endpoint = file.read().strip()
context = ssl.create_default_context(cafile=os.path.join(folder, "tls.pem"))
path, method, body = {
    "faults": ("/.emulator/faults", "PUT", "\n".join(words).encode()),
    "rollover": ("/.emulator/rollover?" + "&".join(words), "POST", b""),
    "get": (words[0] if words else "", "GET", None),
}[what]
with urllib.request.urlopen(urllib.request.Request(
        endpoint + path, body, {"Content-Type": "text/plain"}, method=method),
        context=context, timeout=10) as answer:
    if what == "get":
        sys.stdout.write(answer.read().decode())
