# SPDX-License-Identifier: BSD-2-Clause
"""Logs of what was measured, replayed against PCRs, and what they tell.

TCG: the crypto-agile log of UEFI (TCG PC Client PFP), or the SHA-1 log before
it. IMA: binary_runtime_measurements of Linux. A log may go on behind what was
quoted (IMA does, while it is read), so a PCR of IMA has to have its value
after one of the records.

Which PCRs the real service wants replayed is not known. Here: those that a
log names, and 0 to 10 in any case, which firmware and kernel log. (systemd
measures into 11 to 15, and writes that down elsewhere.)

facts() gives claims that policies of the real service find with JmesPath in
"events"; that they are there by these names is the emulator's own.
"""
import struct

from base64url import encode
from refusal import invalid
from tpm_structures import HASHES, digest

SIZES = {4: 20, 11: 32, 12: 48, 13: 64}
NO_ACTION, SEPARATOR = 0x00000003, 0x00000004
EFI_VARIABLE = (0x80000001, 0x800000e0)
STARTUP = b"StartupLocality\0"
ALWAYS_REPLAYED = 10
IMA_PCR = 10
VARIABLES = {"SecureBoot": "secureBootEnabled", "PK": "platformKey",
             "KEK": "keyExchangeKey", "db": "keyDatabase",
             "dbx": "forbiddenSignatures"}


class Log:
    def __init__(self, text, what):
        self.text, self.at, self.what = text, 0, what

    def unpack(self, form):
        return struct.unpack(form, self.bytes(struct.calcsize(form)))

    def bytes(self, size):
        part = self.text[self.at:self.at + size]
        if len(part) != size:
            raise invalid("%s ends within a record" % self.what)
        self.at += size
        return part

    def is_at_end(self):
        return self.at == len(self.text)


def tcg(text):
    """Yields (PCR, type, {algorithm: digest}, data)."""
    log = Log(text, "The TCG log")
    sizes = None
    while not log.is_at_end():
        index, kind = log.unpack("<II")
        if sizes is None:
            # The first record is of the old form in each log.
            sha1 = log.bytes(20)
            data = log.bytes(log.unpack("<I")[0])
            sizes = algorithms(data)
            digests = {4: sha1}
        else:
            digests = {}
            for _ in range(log.unpack("<I")[0] if sizes else 1):
                algorithm = log.unpack("<H")[0] if sizes else 4
                if algorithm not in (sizes or SIZES):
                    raise invalid("The TCG log has an unknown algorithm")
                digests[algorithm] = log.bytes((sizes or SIZES)[algorithm])
            data = log.bytes(log.unpack("<I")[0])
        yield index, kind, digests, data


def algorithms(data):
    """{algorithm: size} of a crypto-agile log, {} for the old one."""
    if not data.startswith(b"Spec ID Event03\0"):
        return {}
    count, = struct.unpack_from("<I", data, 24)
    return dict(struct.unpack_from("<HH", data, 28 + 4 * number)
                for number in range(count))


def ima(text):
    """Yields (PCR, SHA-1 digest, template data)."""
    log = Log(text, "The IMA log")
    while not log.is_at_end():
        index, = log.unpack("<I")
        sha1 = log.bytes(20)
        name = log.bytes(log.unpack("<I")[0])
        if name == b"ima":
            start = log.at
            log.bytes(20)
            log.bytes(log.unpack("<I")[0])
            data = log.text[start:log.at]
        else:
            data = log.bytes(log.unpack("<I")[0])
        yield index, sha1, data


class Replay:
    """{(algorithm, index): value} as it is after each record."""

    def __init__(self):
        self.values, self.past = {}, {}
        self.events = []

    def extend(self, algorithm, index, value):
        place = (algorithm, index)
        before = self.values.get(place, self.start(algorithm, index))
        self.values[place] = digest(algorithm, before, value)
        self.past.setdefault(place, {before}).add(self.values[place])

    @staticmethod
    def start(algorithm, index):
        """Of a locality that only dynamic launch has, all bits are set."""
        return (b"\xff" if 17 <= index <= 22 else b"\0") * SIZES[algorithm]

    def tcg(self, text):
        for index, kind, digests, data in tcg(text):
            if kind in EFI_VARIABLE:
                self.check_event(index, digests, data)
            self.events.append((index, kind, data))
            if kind == NO_ACTION:
                self.note_locality(index, data)
                continue
            for algorithm, value in digests.items():
                self.extend(algorithm, index, value)

    @staticmethod
    def check_event(index, digests, data):
        """The event is what was measured. Of events of other types the
        digest is of something else, and nothing is read from them."""
        for algorithm, value in digests.items():
            if value != digest(algorithm, data):
                raise invalid("An event of PCR %d has another digest than its "
                              "data" % index)

    def note_locality(self, index, data):
        if index == 0 and data.startswith(STARTUP):
            for algorithm in HASHES:
                self.values[(algorithm, 0)] = data[16:17].rjust(
                    SIZES[algorithm], b"\0")

    def ima(self, text):
        for index, sha1, data in ima(text):
            is_violation = not any(sha1)
            for algorithm in HASHES:
                value = (b"\xff" * SIZES[algorithm] if is_violation else
                         sha1 if algorithm == 4 else digest(algorithm, data))
                self.extend(algorithm, index, value)

    def check(self, pcrs):
        """pcrs: {(algorithm, index): value} as quoted."""
        for (algorithm, index), value in pcrs.items():
            named = (algorithm, index) in self.past
            if not named and index > ALWAYS_REPLAYED:
                continue
            wanted = self.values.get((algorithm, index),
                                     self.start(algorithm, index))
            if value == wanted or (index == IMA_PCR and value in
                                   self.past.get((algorithm, index), ())):
                continue
            raise invalid("The log does not lead to PCR %d (%s): it has %s, "
                          "the log %s" % (index, HASHES[algorithm],
                                          value.hex(), wanted.hex()))

    def facts(self):
        """Claims of UEFI's variables, as they were measured into PCR 7."""
        found = {}
        for index, kind, data in self.events:
            if index == 7 and kind in EFI_VARIABLE:
                name, content = variable(data)
                if name in VARIABLES:
                    found.setdefault(VARIABLES[name], content)
        claims = {name: encode(content) for name, content in found.items()
                  if name != "secureBootEnabled"}
        claims["secureBootEnabled"] = found.get("secureBootEnabled") == b"\1"
        claims["eventCount"] = len(self.events)
        return claims


def variable(data):
    """(name, content) of UEFI_VARIABLE_DATA."""
    if len(data) < 32:
        return "", b""
    length, size = struct.unpack_from("<QQ", data, 16)
    name = data[32:32 + 2 * length].decode("utf-16-le", "replace")
    return name, data[32 + 2 * length:32 + 2 * length + size]


def replay(logs):
    """logs: [(type, bytes)] in the order of measurement."""
    done = Replay()
    for kind, text in logs:
        if kind not in ("TCG", "IMA"):
            raise invalid("A log has the unknown type %s" % kind)
        if text:
            getattr(done, kind.lower())(text)
    return done
