#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Talks CTAPHID to softkey byte by byte, for what no tool ever sends.

usage: raw_client.py basic|touch|enterprise|trailing-cbor|extra-cbor-key PATH

Prints "ok WHAT" or "not ok WHAT (found ...)" a case; exit 0 when it could run.
"""
import hashlib
import os
import select
import struct
import sys
import time

BROADCAST = 0xFFFFFFFF
PING, MSG, INIT, CBOR, CANCEL, KEEPALIVE, ERROR = 1, 3, 6, 16, 17, 0x3B, 0x3F
MAKE, GET, INFO, NEXT = 1, 2, 4, 8
# id-fido-gen-ce-sernum in DER, WebAuthn 8.2.2
SERIAL_NUMBER = bytes.fromhex("060b2b0601040182e51c010102")


def encode(item):
    """CBOR of ints, bytes, text, booleans, lists and dicts (in our order)."""
    def head(major, n):
        if n < 24:
            return bytes([major << 5 | n])
        for code, form in ((24, ">B"), (25, ">H"), (26, ">I")):
            if n < 1 << 8 * struct.calcsize(form):
                return bytes([major << 5 | code]) + struct.pack(form, n)
        raise ValueError(n)

    if isinstance(item, bool):
        return b"\xf5" if item else b"\xf4"
    if isinstance(item, int):
        return head(0, item) if item >= 0 else head(1, -1 - item)
    if isinstance(item, bytes):
        return head(2, len(item)) + item
    if isinstance(item, str):
        return head(3, len(item.encode())) + item.encode()
    if isinstance(item, list):
        return head(4, len(item)) + b"".join(map(encode, item))
    pairs = [encode(k) + encode(v) for k, v in item.items()]
    return head(5, len(pairs)) + b"".join(pairs)


def decode(data, at=0):
    """One item and where it ends."""
    major, n = data[at] >> 5, data[at] & 31
    at += 1
    if 24 <= n < 28:
        size = 1 << (n - 24)
        n = int.from_bytes(data[at:at + size], "big")
        at += size
    if major < 2:
        return (n if major == 0 else -1 - n), at
    if major == 2:
        return data[at:at + n], at + n
    if major == 3:
        return data[at:at + n].decode(), at + n
    if major == 4:
        items = []
        for _ in range(n):
            item, at = decode(data, at)
            items.append(item)
        return items, at
    if major == 5:
        pairs = {}
        for _ in range(n):
            key, at = decode(data, at)
            pairs[key], at = decode(data, at)
        return pairs, at
    return {20: False, 21: True}.get(n), at


class Key:
    def __init__(self, path):
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
        self.cid = BROADCAST
        self.cid = self.init(BROADCAST)

    def report(self, cid, payload):
        os.write(self.fd, b"\0" + (struct.pack(">I", cid) + payload)
                 .ljust(64, b"\0"))

    def send(self, cmd, data=b"", cid=None):
        cid = self.cid if cid is None else cid
        self.report(cid, struct.pack(">BH", cmd | 0x80, len(data)) + data[:57])
        rest = data[57:]
        for seq in range((len(rest) + 58) // 59):
            self.report(cid, bytes([seq]) + rest[59 * seq:59 * seq + 59])

    def read(self, seconds):
        if not select.select([self.fd], [], [], seconds)[0]:
            return None
        return os.read(self.fd, 64)

    def receive(self, seconds=3):
        """(cid, command, data), or None when nothing comes."""
        first = self.read(seconds)
        if first is None:
            return None
        cid, cmd, size = struct.unpack(">IBH", first[:7])
        data = first[7:]
        while len(data) < size:
            data += self.read(3)[5:]
        return cid, cmd & 0x7F, data[:size]

    def init(self, cid):
        nonce = os.urandom(8)
        self.send(INIT, nonce, cid)
        got_cid, cmd, data = self.receive()
        assert (got_cid, cmd, data[:8]) == (cid, INIT, nonce)
        return struct.unpack(">I", data[8:12])[0]

    def answer(self):
        """The next message that is no keepalive: command and data."""
        while True:
            message = self.receive()
            if message is None or message[1] != KEEPALIVE:
                return message[1:] if message else None

    def cbor(self, command, item=None):
        """Status byte and the raw answer."""
        payload = b"" if item is None else \
            item if isinstance(item, bytes) else encode(item)
        self.send(CBOR, bytes([command]) + payload)
        _, data = self.answer()
        return data[0], data[1:]

    def status_word(self, apdu):
        self.send(MSG, apdu)
        return self.answer()[1][-2:].hex()


def check(what, found, expected):
    if found == expected:
        print("ok", what)
    else:
        print("not ok", what, f"(found {found!r}, expected {expected!r})")


def registration(**changes):
    request = {1: os.urandom(32), 2: {"id": "example.org"},
               3: {"id": b"alice", "name": "alice"},
               4: [{"alg": -7, "type": "public-key"}]}
    request.update({int(k[1:]): v for k, v in changes.items()})
    return request


def assertion(ids, **changes):
    request = {1: "example.org", 2: os.urandom(32),
               3: [descriptor(i) for i in ids]}
    request.update({int(k[1:]): v for k, v in changes.items()})
    return request


def descriptor(credential_id):
    return {"id": credential_id, "type": "public-key"}


def credential_of(answer):
    auth_data = decode(answer)[0][2]
    size = struct.unpack(">H", auth_data[53:55])[0]
    return auth_data[55:55 + size]


def check_channels(key):
    other = key.init(BROADCAST)
    check("INIT gives each client its own channel", other != key.cid, True)
    check("INIT on a channel keeps it", key.init(key.cid), key.cid)
    ping = os.urandom(1000)
    key.send(PING, ping)
    check("PING comes back", key.answer(), (PING, ping))
    longest = os.urandom(7609)
    key.send(PING, longest)
    check("the longest message comes back", key.answer(), (PING, longest))
    key.send(0x2A)
    check("an unknown command", key.answer(), (ERROR, b"\x01"))
    key.send(PING, b"x", cid=0x12)
    check("a channel nobody has", key.receive(), (0x12, ERROR, b"\x0b"))
    key.report(key.cid, struct.pack(">BH", 0x80 | PING, 7610))
    check("a length over 7609", key.answer(), (ERROR, b"\x03"))
    key.report(key.cid, struct.pack(">BH", 0x80 | PING, 100))
    key.send(PING, b"x", cid=other)
    check("another channel inside a message", key.receive(),
          (other, ERROR, b"\x06"))
    key.report(key.cid, b"\x01")
    check("a continuation out of order", key.answer(), (ERROR, b"\x04"))
    key.report(key.cid, struct.pack(">BH", 0x80 | PING, 100))
    check("a message that does not go on", key.answer(), (ERROR, b"\x05"))
    key.send(CANCEL)
    check("CANCEL when idle has no answer", key.receive(0.3), None)
    key.send(PING, b"x")
    check("and nothing is stuck", key.answer(), (PING, b"x"))


def check_errors(key):
    check("no command", [key.send(CBOR), key.answer()][1], (CBOR, b"\x03"))
    for what, command, item, status in (
            ("an unknown CTAP command", 0x55, None, 0x01),
            ("parameters of a command without", INFO, {1: 1}, 0x03),
            ("a request that is no CBOR", MAKE, b"\xff", 0x12),
            ("a request with a byte left over", MAKE,
             encode(registration()) + b"\0", 0x12),
            ("a request that is no map", MAKE, [1], 0x11),
            ("a map that claims 2^56 pairs", MAKE,
             b"\xbb\x01" + bytes(7) + b"\x01\x01", 0x12),
            ("arrays 1000 deep", MAKE,
             b"\xa1\x01" + b"\x81" * 1000 + b"\0", 0x12),
            ("a registration without parameters", MAKE, {1: bytes(32)}, 0x14),
            ("a client data hash of 31 bytes", MAKE,
             registration(_1=bytes(31)), 0x03),
            ("an unknown algorithm", MAKE,
             registration(_4=[{"alg": -999, "type": "public-key"}]), 0x26),
            ("up=false at registration", MAKE,
             registration(_7={"up": False}), 0x2C),
            ("uv=true without verification", MAKE,
             registration(_7={"uv": True}), 0x2C),
            ("rk in an assertion", GET, assertion([], _5={"rk": True}), 0x2B),
            ("GetNextAssertion alone", NEXT, None, 0x30),
            ("an unknown PIN protocol", MAKE,
             registration(_8=bytes(16), _9=3), 0x02),
            ("a PIN parameter without a token", MAKE,
             registration(_8=bytes(16), _9=1), 0x33),
            ("an empty PIN parameter, no PIN", MAKE,
             registration(_8=b"", _9=1), 0x35),
            ("enterprise attestation of a key without", MAKE,
             registration(_10=1), 0x02)):
        check(what, hex(key.cbor(command, item)[0]), hex(status))


def check_lists(key):
    status, answer = key.cbor(MAKE, registration())
    check("a registration", status, 0)
    mine = credential_of(answer)
    others = [os.urandom(16) for _ in range(150)]
    status, answer = key.cbor(GET, assertion(others + [mine]))
    check("an assertion with 151 credentials", status, 0)
    check("names the one we have", decode(answer)[0][1]["id"], mine)
    status, answer = key.cbor(GET, assertion(others + [mine],
                                             _5={"up": False}))
    check("a silent one leaves UP clear", decode(answer)[0][2][32], 0)
    check("150 credentials, none of ours", key.cbor(GET, assertion(others))[0],
          0x2E)
    check("another RP", key.cbor(GET, assertion([mine], _1="other.org"))[0],
          0x2E)
    check("the exclude list", key.cbor(MAKE, registration(
        _5=[descriptor(i) for i in others + [mine]]))[0], 0x19)
    return mine


def check_resident(key):
    for user in (b"u1", b"u2", b"u3"):
        key.cbor(MAKE, registration(_3={"id": user}, _7={"rk": True}))
    status, answer = key.cbor(GET, {1: "example.org", 2: bytes(32)})
    first = decode(answer)[0]
    check("three accounts", (status, first.get(5)), (0, 3))
    users = [first[4]["id"]]
    for _ in range(2):
        users.append(decode(key.cbor(NEXT)[1])[0][4]["id"])
    check("come newest first", users, [b"u3", b"u2", b"u1"])
    check("and no fourth", key.cbor(NEXT)[0], 0x30)
    key.cbor(GET, {1: "example.org", 2: bytes(32)})
    key.cbor(INFO)
    check("another command ends the row", key.cbor(NEXT)[0], 0x30)


def check_u2f(key, handle):
    application = hashlib.sha256(b"example.org").digest()

    def authenticate(control, credential_id):
        data = os.urandom(32) + application + bytes([len(credential_id)]) + \
            credential_id
        return key.status_word(bytes([0, 2, control, 0, 0]) +
                               struct.pack(">H", len(data)) + data + b"\0\0")

    check("U2F check-only of our handle", authenticate(7, handle), "6985")
    check("U2F check-only of another", authenticate(7, bytes(64)), "6a80")
    check("U2F authenticate", authenticate(3, handle), "9000")
    check("U2F version", key.status_word(bytes([0, 3, 0, 0, 0, 0, 0])), "9000")
    check("U2F unknown instruction", key.status_word(bytes(4)), "6d00")
    check("U2F unknown class", key.status_word(b"\x80\x03\0\0"), "6e00")
    check("U2F register without data", key.status_word(b"\0\x01\0\0"), "6700")
    check("U2F data shorter than it says",
          key.status_word(b"\0\x01\0\0\0\0\x40abc"), "6700")


def basic(path):
    key = Key(path)
    check_channels(key)
    check_errors(key)
    handle = check_lists(key)
    check_resident(key)
    check_u2f(key, handle)


def touch(path):
    """softkey --touch 5000"""
    key = Key(path)
    other = key.init(BROADCAST)
    key.send(CBOR, bytes([MAKE]) + encode(registration()))
    check("it asks for a touch", key.receive(), (key.cid, KEEPALIVE, b"\x02"))
    key.send(PING, b"x", cid=other)
    busy = key.receive()
    while busy[1] == KEEPALIVE:
        busy = key.receive()
    check("other channels are told that it is busy", busy,
          (other, ERROR, b"\x06"))
    key.send(CANCEL, cid=other)
    check("another channel cannot cancel", key.receive()[1], KEEPALIVE)
    start = time.monotonic()
    key.send(CANCEL)
    check("CANCEL ends it", key.answer(), (CBOR, b"\x2d"))
    check("at once", time.monotonic() - start < 0.2, True)
    key.send(CBOR, bytes([MAKE]) + encode(registration()))
    key.receive()
    check("INIT ends it", key.init(key.cid), key.cid)
    check("without an answer", key.receive(0.3), None)
    key.send(CBOR, bytes([MAKE]) + encode(registration()))
    key.receive()
    again = Key(path)
    again.send(PING, b"y")
    check("a new client ends it", again.answer(), (PING, b"y"))


def enterprise(path):
    """softkey --enterprise example.org"""
    key = Key(path)
    check("GetInfo has ep", decode(key.cbor(INFO)[1])[0][4].get("ep"), True)
    for what, rp_id, kind, expected in (
            ("not asked for", "example.org", {}, None),
            ("vendor-facilitated", "example.org", {"_10": 1}, True),
            ("vendor-facilitated, another RP", "other.org", {"_10": 1}, None),
            ("platform-managed", "other.org", {"_10": 2}, True)):
        item = decode(key.cbor(MAKE, registration(_2={"id": rp_id},
                                                  **kind))[1])[0]
        check("epAtt, " + what, item.get(4), expected)
        check("the number of the device, " + what,
              SERIAL_NUMBER in item[3]["x5c"][0], bool(expected))
    for kind in (0, 3, "1"):
        check(f"no kind {kind!r}", key.cbor(MAKE, registration(_10=kind))[0],
              0x2C)


def spoilt(path, expected):
    key = Key(path)
    status, answer = key.cbor(MAKE, registration())
    item, end = decode(answer)
    check("status, keys and bytes left over",
          (status, sorted(item), len(answer) - end), expected)


def main():
    mode, path = sys.argv[1:]
    if mode == "basic":
        basic(path)
    elif mode == "touch":
        touch(path)
    elif mode == "enterprise":
        enterprise(path)
    elif mode == "trailing-cbor":
        spoilt(path, (0, [1, 2, 3], 1))
    elif mode == "extra-cbor-key":
        spoilt(path, (0, [1, 2, 3, 127], 0))
    else:
        sys.exit(__doc__)


main()
