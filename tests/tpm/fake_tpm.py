#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What answers in the place of a TPM, and how it should not.

    fake_tpm.py MODE PATH
        listens at PATH as swtpm does, and at PATH.ctrl for its control
    fake_tpm.py device PATH SOCKET
        PATH becomes a device, in front of the swtpm that listens at SOCKET
    fake_tpm.py forger PATH SOCKET
        the same, but what that one signs comes out as something else
    fake_tpm.py liar-LIE PATH SOCKET
        the same, but of a quote or a certification another part is changed
    fake_tpm.py device-MODE PATH
        likewise a device, with nothing behind it

Each command is answered by MODE. Prints a line when it is there.
"""
import os
import pty
import socket
import struct
import sys
import threading
import time
import tty

PROOFS = (0x158, 0x15D)  # TPM2_Quote, TPM2_Sign
SIGNATURE = -6  # its last byte, before what the password has in an answer
GET_CAPABILITY = 0x17A
GET_RANDOM = 0x17B  # by which the TCTI of devices sees how it may read
RANDOM = b"\0\x08" + bytes(8)


def response(code, body=b""):
    return struct.pack(">HII", 0x8001, 10 + len(body), code) + body


def mute(_command):
    time.sleep(600)


def silent(command):
    """Nothing is said but to the TCTI of devices, which waits for a second."""
    code = struct.unpack(">I", command[6:10])[0]
    return response(0, RANDOM) if code == GET_RANDOM else mute(command)


def handles(command):
    """More persistent keys than any TPM has, and none of them can be read."""
    code = struct.unpack(">I", command[6:10])[0]
    if code == GET_RANDOM:
        return response(0, RANDOM)
    if code != GET_CAPABILITY:
        return response(0x18B)  # TPM_RC_HANDLE
    first = struct.unpack(">I", command[14:18])[0]
    return response(0, struct.pack(">BII254I", 1, 1, 254,
                                   *range(first, first + 254)))


MODES = {
    "mute": mute,
    "silent": silent,
    "closing": lambda command: b"",
    "garbage": lambda command: bytes(range(0x40, 0x80)),
    "endless": lambda command: struct.pack(">HII", 0x8001, 0xffffffff, 0) +
    bytes(65536),
    "empty": lambda command: response(0),
    "short": lambda command: response(0)[:7],
    "larger": lambda command: struct.pack(">HII", 0x8001, 4000, 0) +
    bytes(90),
    "counting": lambda command: response(
        0, struct.pack(">BII", 0, 1, 0xffffffff) + bytes(64)),
    "broken": lambda command: response(0x101),  # TPM_RC_FAILURE
    "stopped": lambda command: response(0x100),  # TPM_RC_INITIALIZE
    "busy": lambda command: response(0x922),  # TPM_RC_RETRY
    "handles": handles,
}


def read_command(read):
    """One whole command; None at the end."""
    data = b""
    while len(data) < 10 or len(data) < struct.unpack(">I", data[2:6])[0]:
        more = read(4096)
        if not more:
            return None
        data += more
    return data


def listen(path):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(8)
    return listener


def control(listener):
    while True:
        client, _ = listener.accept()
        client.recv(64)
        client.sendall(bytes(4))
        client.close()


def serve(mode, path):
    listeners = listen(path + ".ctrl"), listen(path)
    threading.Thread(target=control, args=listeners[:1], daemon=True).start()
    print("ready", flush=True)
    while True:
        client, _ = listeners[1].accept()
        command = read_command(client.recv)
        try:
            if command is not None:
                client.sendall(MODES[mode](command))
        except OSError:
            pass
        client.close()


def ask(path, command):
    client = socket.socket(socket.AF_UNIX)
    client.connect(path)
    client.sendall(command)
    answer = read_command(client.recv)
    client.close()
    return answer


def forge(path, command):
    """It has the key, and another one answers with it."""
    answer = bytearray(ask(path, command))
    code = struct.unpack(">I", command[6:10])[0]
    if code in PROOFS and len(answer) > 10:
        answer[SIGNATURE] ^= 1
    return bytes(answer)


# Lie: the command, and where in its answer, behind the header, the size of
# the parameters and that of the structure, a bit is changed.
QUOTE, CERTIFY, PCR_READ = 0x158, 0x148, 0x17E
ATTEST = 10 + 4 + 2
SIGNER = ATTEST + 4 + 2  # the magic and the type are before it
LIES = {
    "quote-magic": (QUOTE, lambda answer: ATTEST),
    "quote-extra": (QUOTE, lambda answer: SIGNER + 2 + 34 + 2),
    "quote-pcrs": (QUOTE, lambda answer: ATTEST + struct.unpack(
        ">H", answer[ATTEST - 2:ATTEST])[0] - 1),
    "certify-name": (CERTIFY, lambda answer: ATTEST + struct.unpack(
        ">H", answer[ATTEST - 2:ATTEST])[0] - 36 - 1),
    "pcr-value": (PCR_READ, lambda answer: -1),
}


def lie(name, path, command):
    answer = bytearray(ask(path, command))
    code = struct.unpack(">I", command[6:10])[0]
    wanted, place = LIES[name]
    if code == wanted and len(answer) > 10:
        answer[place(answer)] ^= 1
    return bytes(answer)


def device(path, answer):
    ours, theirs = pty.openpty()
    tty.setraw(theirs)  # and open as long as this process runs
    os.chmod(os.ttyname(theirs), 0o600)
    os.symlink(os.ttyname(theirs), path)
    print("ready", flush=True)
    while True:
        command = read_command(lambda count: os.read(ours, count))
        data = answer(command)
        while data:
            data = data[os.write(ours, data):]


def main():
    mode, path = sys.argv[1:3]
    if mode == "device":
        device(path, lambda command: ask(sys.argv[3], command))
    elif mode == "forger":
        device(path, lambda command: forge(sys.argv[3], command))
    elif mode.startswith("liar-"):
        device(path, lambda command: lie(mode[len("liar-"):], sys.argv[3],
                                         command))
    elif mode.startswith("device-"):
        device(path, MODES[mode[len("device-"):]])
    else:
        serve(mode, path)


main()
