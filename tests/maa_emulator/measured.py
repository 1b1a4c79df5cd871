# SPDX-License-Identifier: BSD-2-Clause
"""What firmware and kernel of a test host measured: logs, and the values that
its PCRs get from them. Nothing here is of the emulator, which reads these."""
import hashlib
import struct

EFI_GLOBAL = bytes.fromhex("61dfe48bca93d211aa0d00e098032b8c")
SEPARATOR = 4
VERSION, VARIABLE, AUTHORITY = 0x00000008, 0x80000001, 0x800000e0
NO_ACTION = 3


def sha256(data):
    return hashlib.sha256(data).digest()


def variable(name, content):
    text = name.encode("utf-16-le")
    return EFI_GLOBAL + struct.pack("<QQ", len(name), len(content)) + \
        text + content


def boot(secure_boot=True):
    """[(PCR, type, data)] of a start with UEFI."""
    return [
        (0, VERSION, "a firmware".encode("utf-16-le")),
        (7, VARIABLE, variable("SecureBoot", bytes([secure_boot]))),
        (7, VARIABLE, variable("PK", b"a platform key")),
        (7, VARIABLE, variable("KEK", b"a key exchange key")),
        (7, VARIABLE, variable("db", b"what may start")),
        (7, VARIABLE, variable("dbx", b"")),
    ] + [(index, SEPARATOR, bytes(4)) for index in range(8)] + [
        (7, AUTHORITY, variable("db", b"who signed the loader")),
        (4, 0x80000003, b"a loader"), (9, 0x0000000d, b"a kernel")]


def tcg_log(events):
    """Crypto-agile, with SHA-256 alone (TCG PC Client PFP section 10)."""
    spec = (b"Spec ID Event03\0" + struct.pack("<IBBBBI", 0, 0, 2, 0, 2, 1) +
            struct.pack("<HH", 11, 32) + b"\0")
    log = struct.pack("<II20sI", 0, NO_ACTION, bytes(20), len(spec)) + spec
    for index, kind, data in events:
        log += struct.pack("<IIIH", index, kind, 1, 11) + sha256(
            data) + struct.pack("<I", len(data)) + data
    return log


def ima_entry(path):
    """Of the template ima-ng: (SHA-1, data)."""
    name = path.encode() + b"\0"
    inner = b"sha256:\0" + sha256(name)
    data = b"".join(struct.pack("<I", len(part)) + part
                    for part in (inner, name))
    return hashlib.sha1(data).digest(), data


def ima_log(paths):
    log = b""
    for path in paths:
        sha1, data = ima_entry(path)
        log += struct.pack("<I20sI", 10, sha1, 6) + b"ima-ng" + struct.pack(
            "<I", len(data)) + data
    return log


def extensions(events, paths):
    """[(PCR, SHA-256 digest)] in the order of time."""
    return [(index, sha256(data)) for index, _, data in events] + [
        (10, sha256(ima_entry(path)[1])) for path in paths]
