#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""An SSH agent that does what none should.

    fake_agent.py PATH WHAT [--real PATH] [--log FILE]

listens at PATH, says "ready", and serves one client after the other. WHAT is
the name of a method of Agent. With --real it lists and signs as the agent there
does, so that WHAT is all that is wrong; --log is a file of the types of what it
was asked."""
import sys

sys.dont_write_bytecode = True

import argparse  # noqa: E402
import socket  # noqa: E402
import struct  # noqa: E402
import time  # noqa: E402

FAILURE, LIST, LISTED, SIGN, SIGNED = 5, 11, 12, 13, 14


def string(data):
    return struct.pack(">I", len(data)) + data


def receive(connection, length):
    data = b""
    while len(data) < length:
        piece = connection.recv(length - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def message(connection):
    return receive(connection, struct.unpack(">I", receive(connection, 4))[0])


class Agent:
    def __init__(self, keys=(), signature=b"", real=None):
        self._keys, self._signature, self._real = keys, signature, real
        self._first = None

    def _honest(self, request):
        """What an agent with these keys answers; or the real one."""
        if self._real:
            with socket.socket(socket.AF_UNIX) as there:
                there.connect(self._real)
                there.sendall(string(request))
                return message(there)
        if request == bytes([LIST]):
            return bytes([LISTED]) + struct.pack(
                ">I", len(self._keys)) + b"".join(
                    string(key) + string(b"a comment") for key in self._keys)
        if request[0] == SIGN:
            return bytes([SIGNED]) + string(self._signature)
        return bytes([FAILURE])

    # What is done with one request; the connection ends if True.

    def well(self, connection, request):
        connection.sendall(string(self._honest(request)))

    def deaf(self, _connection, _request):
        time.sleep(600)

    def deaf_when_signing(self, connection, request):
        if request[0] == SIGN:
            time.sleep(600)
        self.well(connection, request)

    def dripping(self, connection, _request):
        """Never silent for long, and never done."""
        connection.sendall(struct.pack(">I", 262144))
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)

    def endless(self, connection, _request):
        connection.sendall(struct.pack(">I", 0x7fffffff))
        while True:
            connection.sendall(b"x" * 65536)

    def huge(self, connection, _request):
        connection.sendall(string(bytes([LISTED]) + b"x" * 262144))

    def garbage(self, connection, _request):
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    def empty(self, connection, _request):
        connection.sendall(string(b""))

    def of_another_type(self, connection, request):
        answer = self._honest(request)
        connection.sendall(string(bytes([answer[0] + 1]) + answer[1:]))

    def left_over(self, connection, request):
        connection.sendall(string(self._honest(request) + b"x"))

    def cut_off(self, connection, request):
        connection.sendall(string(self._honest(request))[:-1])
        return True

    def hanging_up(self, _connection, _request):
        return True

    def counting_wrongly(self, connection, request):
        answer = self._honest(request)
        connection.sendall(string(answer[:1] + b"\xff" * 4 + answer[5:]))

    def refusing(self, connection, _request):
        connection.sendall(string(bytes([FAILURE])))

    def refusing_to_sign(self, connection, request):
        if request[0] == SIGN:
            self.refusing(connection, request)
        else:
            self.well(connection, request)

    def talkative(self, connection, request):
        """A second answer, before the second question."""
        self.well(connection, request)
        self.well(connection, request)

    def _sign(self, connection, request, signature):
        if request[0] == SIGN:
            connection.sendall(string(bytes([SIGNED]) + string(signature)))
        else:
            self.well(connection, request)

    def signing_at_length(self, connection, request):
        self._sign(connection, request, b"x" * 513)

    def signing_nonsense(self, connection, request):
        self._sign(connection, request, b"nonsense")

    def replaying(self, connection, request):
        """The first signature, for every challenge."""
        if request[0] == SIGN:
            self._first = self._first or self._honest(request)
            connection.sendall(string(self._first))
        else:
            self.well(connection, request)

    def signing_something_else(self, connection, request):
        """The last octet before the flags is one of what is signed."""
        if request[0] == SIGN:
            request = request[:-5] + bytes([request[-5] ^ 1]) + request[-4:]
        self.well(connection, request)


WHATS = [name for name in vars(Agent) if not name.startswith("_")]


def listen(path):
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(5)
    return server


def serve(server, agent, what, log=None):
    """One client after the other, for as long as each stays."""
    while True:
        connection = server.accept()[0]
        try:
            while True:
                request = message(connection)
                if log:
                    log.write("%d\n" % request[0])
                if getattr(agent, what)(connection, request):
                    break
        except (EOFError, OSError):
            pass
        connection.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path")
    parser.add_argument("what", choices=WHATS)
    parser.add_argument("--real")
    parser.add_argument("--log")
    options = parser.parse_args()
    server = listen(options.path)
    print("ready", flush=True)
    log = open(options.log, "w", buffering=1) if options.log else None
    serve(server, Agent(real=options.real), options.what, log)


if __name__ == "__main__":
    main()
