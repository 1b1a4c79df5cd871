#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""pam_attest-agent, asked as the verifier asks it, with SSH agents that are
well, that hang, and that break every rule; and the same program taken over,
which cannot get out."""
import sys

sys.dont_write_bytecode = True

import os  # noqa: E402
import re  # noqa: E402
import select  # noqa: E402
import shutil  # noqa: E402
import signal  # noqa: E402
import socket  # noqa: E402
import struct  # noqa: E402
import subprocess  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402

from fake_agent import Agent, listen, serve, string  # noqa: E402

BUILD = os.environ.get("top_builddir", ".")
PROGRAM = os.path.join(BUILD, "pam_attest-agent")
FOLDER = os.path.join(BUILD, "tests", "agent")
SANDBOX = os.path.join(FOLDER, "sandbox_agent")
OPEN, FIND, SIGN = 104, 105, 106
READY, FOUND, SIGNATURE, FAILED = 112, 113, 114, 115
UNREACHABLE, NOT_OWNED, MALFORMED, REFUSED, BROKEN = 1, 2, 3, 4, 5
KEYS = [b"the key of somebody", b"the first key", b"the second key"]
IS_ROOT = os.geteuid() == 0
# Who the program becomes; who is not root can be nobody else.
USER = 4321 if IS_ROOT else os.getuid()
GROUP = 1234 if IS_ROOT else os.getgid()
counted = {True: 0, False: 0}


def check(what, is_so):
    counted[bool(is_so)] += 1
    print("%s %d - %s" % ("ok" if is_so else "not ok",
                          sum(counted.values()), what), flush=True)


class Listening:
    """A fake agent: a process of the user, at a path of its own."""

    def __init__(self, work, what, **known):
        self.path = os.path.join(work, what)
        here, there = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            if IS_ROOT:
                os.setgroups([])
                os.setresgid(GROUP, GROUP, GROUP)
                os.setresuid(USER, USER, USER)
            server = listen(self.path)
            os.write(there, b"x")
            serve(server, Agent(**known), what)
        os.close(there)
        os.read(here, 1)
        os.close(here)

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.unlink(self.path)


class Process:
    """pam_attest-agent with a channel."""

    def __init__(self, program=PROGRAM):
        self.channel, theirs = socket.socketpair(
            socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.child = subprocess.Popen(
            [os.path.abspath(program)], stdin=theirs, env={},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        theirs.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.channel.close()
        try:
            self.child.wait(5)
        except subprocess.TimeoutExpired:
            check("the process ends with its channel", False)
            self.child.kill()
            self.child.wait()

    def ask(self, message, wait=10):
        """The answer; None when there is none in time, b"" at the end."""
        try:
            if message:
                self.channel.send(message)
            if not select.select([self.channel], [], [], wait)[0]:
                return None
            return self.channel.recv(65536)
        except (BrokenPipeError, ConnectionResetError):
            return b""

    def open(self, path, uid=USER, gid=GROUP, seconds=20):
        return self.ask(struct.pack(">BBIII", OPEN, 1, seconds, uid, gid) +
                        string(path.encode()))

    def find(self, keys=(KEYS[1], KEYS[2]), wait=10):
        return self.ask(bytes([FIND, len(keys)]) +
                        b"".join(string(key) for key in keys), wait)

    def sign(self, key):
        return self.ask(bytes([SIGN, key]) + string(b"data"))

    def status(self, name):
        with open("/proc/%d/status" % self.child.pid) as status:
            return re.search("^%s:\t(.*)$" % name, status.read(), re.M)[1]

    def descriptors(self):
        folder = "/proc/%d/fd" % self.child.pid
        return sorted(os.readlink(os.path.join(folder, fd)).split(":")[0]
                      for fd in os.listdir(folder))


def has_failed(answer, failure, text=""):
    return (answer is not None and answer[:2] == bytes([FAILED, failure]) and
            text.encode() in answer)


def found(*keys):
    return bytes([FOUND]) + string(bytes(keys))


def signed(signature):
    return bytes([SIGNATURE]) + string(signature)


def test_process(work):
    """Who it is once it is connected."""
    with Listening(work, "well", keys=KEYS) as path, Process() as process:
        check("an agent of the caller is connected to",
              process.open(path) == bytes([READY]))
        check("the process is the caller, and nobody else",
              process.status("Uid").split() == [str(USER)] * 4 and
              process.status("Gid").split() == [str(GROUP)] * 4)
        check("it has no capability",
              not any(int(process.status("Cap" + name), 16)
                      for name in ("Prm", "Eff", "Inh", "Amb")))
        if IS_ROOT:
            check("it is in no other group",
                  not process.status("Groups").strip())
            check("it can get no capability",
                  int(process.status("CapBnd"), 16) == 0)
        check("it has a filter of system calls, and no new privileges",
              process.status("Seccomp") == "2" and
              process.status("NoNewPrivs") == "1")
        if IS_ROOT: # /proc of who cannot be traced is root's
            check("it has no descriptor but its two sockets",
                  process.descriptors() ==
                  ["/dev/null", "/dev/null", "socket", "socket"])


def test_well(work):
    with Listening(work, "well", keys=KEYS, signature=b"blob") as path, \
            Process() as process:
        process.open(path)
        check("it finds the keys that the agent has",
              process.find([b"missing", KEYS[2], KEYS[0]]) == found(1, 2))
        check("it has one sign", process.sign(1) == signed(b"blob"))
        check("and another one", process.sign(2) == signed(b"blob"))
        check("a key that was not found signs nothing",
              has_failed(process.sign(0), BROKEN))
        check("and nothing after it does", process.sign(1) == b"")


def test_order(work):
    with Listening(work, "well", keys=KEYS, signature=b"blob") as path:
        with Process() as process:
            process.open(path)
            check("nothing is signed before keys were looked for",
                  has_failed(process.sign(0), BROKEN))
        with Process() as process:
            process.open(path)
            process.find()
            check("they are looked for once",
                  has_failed(process.find(), BROKEN))
        with Process() as process:
            check("nothing is done before AGENT_OPEN", process.find() == b"")
        with Process() as process:
            check("a user who is none, and would be root, is refused",
                  process.open(path, uid=0xffffffff) == b"")
        with Process() as process:
            check("so is such a group",
                  process.open(path, gid=0xffffffff) == b"")
        with Process() as process:
            process.open(path, seconds=1)
            begin = time.monotonic()
            check("the process does not outlive its time",
                  process.ask(b"") == b"" and time.monotonic() - begin < 5)


def test_places(work):
    def refused(what, path, failure, text, **who):
        with Process() as process:
            check(what, has_failed(process.open(path, **who), failure, text))

    with Listening(work, "well", keys=KEYS) as path:
        link = os.path.join(work, "link")
        os.symlink(path, link)
        refused("a link to a socket is refused", link, NOT_OWNED,
                "symbolic link")
        if IS_ROOT:
            refused("somebody else's socket is refused", path, NOT_OWNED,
                    "the caller is 4322", uid=4322)
            refused("the agent of a user is none of root's", path, NOT_OWNED,
                    "the caller is 0", uid=0, gid=0)
            os.chown(path, 4322, 4322)
            refused("a socket that was given away is refused", path,
                    NOT_OWNED, "who listens", uid=4322)
            os.chown(path, USER, GROUP)
            closed = os.path.join(work, "closed")
            os.mkdir(closed, 0o700)
            refused("what is closed to the user stays closed",
                    os.path.join(closed, "agent"), UNREACHABLE,
                    "Permission denied")
            os.chmod(path, 0)
            refused("even a socket of their own", path, UNREACHABLE,
                    "Permission denied")
        else:
            refused("nobody becomes somebody else", path, BROKEN,
                    "cannot become", uid=USER + 1)
    refused("an agent that is gone is unreachable", path, UNREACHABLE,
            "No such file")


def test_hostile(work):
    """Each is answered at once, and the process ends."""
    for what in ("huge", "endless", "garbage", "empty", "of_another_type",
                 "left_over", "cut_off", "hanging_up", "counting_wrongly"):
        with Listening(work, what, keys=KEYS) as path, Process() as process:
            process.open(path)
            check("malformed: %s" % what.replace("_", " "),
                  has_failed(process.find(), MALFORMED) and
                  process.ask(b"") == b"")
    with Listening(work, "refusing", keys=KEYS) as path, \
            Process() as process:
        process.open(path)
        check("refused: the list", has_failed(process.find(), REFUSED))
    for what in ("signing_at_length", "talkative"):
        with Listening(work, what, keys=KEYS) as path, Process() as process:
            process.open(path)
            process.find()
            check("malformed: %s" % what.replace("_", " "),
                  has_failed(process.sign(0), MALFORMED))
    with Listening(work, "refusing_to_sign", keys=KEYS) as path, \
            Process() as process:
        process.open(path)
        process.find()
        check("refused: a signature", has_failed(process.sign(0), REFUSED))
        check("refused: the next one, too",
              has_failed(process.sign(1), REFUSED))


def test_hanging(work):
    for what in ("deaf", "dripping"):
        with Listening(work, what, keys=KEYS) as path, Process() as process:
            process.open(path)
            is_silent = process.find(wait=0.3) is None
            begin = time.monotonic()
            process.channel.close()
            process.child.wait(10)
            check("%s: waited for until nobody waits any more" % what,
                  is_silent and time.monotonic() - begin < 2)


def try_to(work, program, path, name):
    """What is tried is the name of the key that is looked for."""
    with Process(os.path.join(work, program)) as process:
        if process.open(path) != bytes([READY]):
            return "unclear"
        answer = process.find([name.encode()])
    return {b"": "killed", found(0): "worked",
            found(): "refused"}.get(answer, "unclear")


def test_sandbox(work):
    listed = subprocess.run([SANDBOX, "list"], capture_output=True, text=True)
    tried = [line.split() for line in listed.stdout.splitlines()]
    for program in (SANDBOX, SANDBOX + "_unlocked"):
        shutil.copy(program, work) # where the user can reach it
    check("there is something to try", len(tried) > 20)
    with Listening(work, "well", keys=KEYS) as path:
        for name, sure in tried:
            if sure == "sure":
                check("unlocked: %s works" % name,
                      try_to(work, "sandbox_agent_unlocked", path, name) ==
                      "worked")
            result = try_to(work, "sandbox_agent", path, name)
            if name == "nothing":
                check("locked down: the probe is reached", result == "worked")
            else:
                check("locked down: %s is %s" % (name, result),
                      result in ("refused", "killed"))


def main():
    work = tempfile.mkdtemp(prefix="att-agent.")
    os.chmod(work, 0o777)
    try:
        if subprocess.run([SANDBOX, "relaxed"]).returncode == 0:
            print("# sanitizers: there is no lock-down to look at")
        else:
            test_process(work)
            test_sandbox(work)
        test_well(work)
        test_order(work)
        test_places(work)
        test_hostile(work)
        test_hanging(work)
    finally:
        shutil.rmtree(work)
    print("1..%d" % sum(counted.values()))
    sys.exit(counted[False] > 0)


if __name__ == "__main__":
    main()
