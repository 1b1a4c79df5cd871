#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""attestctl maa, by the real fetcher, beside an emulator that does everything
that a service should not: one clear line, and the file of keys as it was."""
import sys

sys.dont_write_bytecode = True

import json  # noqa: E402
import os  # noqa: E402
import re  # noqa: E402
import shutil  # noqa: E402
import subprocess  # noqa: E402
import time  # noqa: E402

from running import BUILD, Emulator, Tap, equal  # noqa: E402

PROGRAM = os.path.join(BUILD or "", "tests", "maa_emulator", "attestctl")
FETCHER = os.path.join(BUILD or "", "pam_attest-fetcher")
tap = Tap()


class Host:
    """A host beside an emulator: its configuration and its file of keys."""

    def __init__(self, *options):
        # Folders above that one belong to others, who may replace it.
        self.folder = os.path.join(BUILD, "tests", "maa_emulator",
                                   "signers.%d" % os.getpid())
        shutil.rmtree(self.folder, ignore_errors=True)
        os.mkdir(self.folder, 0o755)
        self.emulator = Emulator(*options)
        self.jwks = os.path.join(self.folder, "keys", "jwks.json")
        self.configure()

    def configure(self, **changed):
        options = {"maa_url": self.emulator.endpoint,
                   "maa_ca": os.path.join(self.emulator.folder, "tls.pem"),
                   "maa_retries": "0", "maa_timeout": "3s",
                   "host_jwks": self.jwks, **changed}
        path = os.path.join(self.folder, "conf")
        with open(path, "w") as out:
            out.writelines("%s = %s\n" % pair for pair in options.items())
        os.chmod(path, 0o644)

    def run(self, *words):
        """(exit status, standard output, standard error)"""
        done = subprocess.run(
            [PROGRAM, "--config", os.path.join(self.folder, "conf")] +
            list(words), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def fault(self, *faults):
        self.emulator.control("faults", "\n".join(faults))

    def saved(self):
        """{kid: key} of the file"""
        with open(self.jwks) as text:
            return {key["kid"]: key for key in json.load(text)["keys"]}

    def shown(self):
        """{kid: state}, by --json"""
        status, out, err = self.run("maa", "signers", "--json")
        equal((status, err), (0, ""))
        return {key["kid"]: key["state"] for key in json.loads(out)["keys"]}

    def close(self):
        self.emulator.stop()
        shutil.rmtree(self.folder)


def published(host):
    return {key["kid"] for key in
            host.emulator.ask("GET", "/certs").json()["keys"]}


def ok(host, *words):
    status, out, err = host.run(*words)
    equal((status, err), (0, ""), " ".join(words))
    return out


def entries(host):
    """Nothing is left beside the file but its lock."""
    return sorted(name for name in os.listdir(os.path.dirname(host.jwks))
                  if not name.startswith(".lock-"))


def saves(host):
    out = ok(host, "maa", "signers", "--save")
    equal(set(host.saved()), published(host), "the keys")
    assert "is up to date: %d new, 0 kept" % len(published(host)) in out, out
    equal(entries(host), ["jwks.json"], "the folder")
    equal(os.stat(host.jwks).st_mode & 0o777, 0o644, "the mode")
    with open(host.jwks) as text:
        before = text.read(), os.stat(host.jwks).st_ino
    ok(host, "maa", "signers", "--save")
    with open(host.jwks) as text:
        equal((text.read(), os.stat(host.jwks).st_ino), before,
              "what is the same")
    equal(set(host.shown().values()), {"kept"}, "the states")


def saves_elsewhere(host):
    path = os.path.join(host.folder, "elsewhere.json")
    before = host.saved()
    ok(host, "maa", "signers", "--save", path)
    with open(path) as text:
        equal({key["kid"] for key in json.load(text)["keys"]},
              published(host))
    equal(host.saved(), before)
    os.remove(path)


def only_shows(host):
    with open(host.jwks) as text:
        before = text.read()
    host.emulator.control("rollover", method="POST")
    states = host.shown()
    equal(sorted(set(states.values())), ["kept", "new", "retired"])
    out = ok(host, "maa", "signers")
    assert "would have: 1 new" in out, out
    with open(host.jwks) as text:
        equal(text.read(), before, "a file that is only compared")


def keeps_the_retired(host):
    """The keys of only_shows(): one gone, one come."""
    old = set(host.saved()) - published(host)
    equal(len(old), 1)
    out = ok(host, "maa", "signers", "--save")
    assert re.search("1 new, .* 1 retired, 0 dropped", out), out
    key = host.saved()[old.pop()]
    assert abs(key["pam_attest_retired"] - time.time()) < 60, key
    equal(key["pam_attest_from"], host.emulator.endpoint)
    # A token that it signed is judged by it still.
    status, out, _ = host.run("config")
    equal(status, 0, out)


def drops_in_the_end(host):
    old = set(host.saved()) - published(host)
    host.configure(host_max_age="1s", host_leeway="0", host_grace="0")
    time.sleep(2)
    out = ok(host, "maa", "signers", "--save")
    assert "1 dropped" in out, out
    equal(set(host.saved()) & old, set())
    equal(set(host.saved()), published(host))
    host.configure()


def says_one_line(host, wanted, status, *words):
    """It fails so, with that in it, and the file is as it was."""
    with open(host.jwks) as text:
        before = text.read()
    found, out, err = host.run("maa", "signers", *words)
    equal((found, out), (status, ""), err)
    lines = err.rstrip("\n").split("\n")
    equal(len(lines), 1, "the number of lines")
    assert lines[0].startswith("attestctl: maa signers: "), err
    assert re.search(wanted, lines[0]), err
    assert "\x1b" not in err and "\r" not in err
    with open(host.jwks) as text:
        equal(text.read(), before, "the file")
    equal(entries(host), ["jwks.json"], "the folder")


FAULTS = (
    ("slow=10", "Operation timed out", 2),
    ("trickle=10", "Operation timed out", 2),
    ("drop", "Empty reply|reset|SSL_read|unexpected eof", 2),
    ("truncated", "bytes remaining to read", 2),
    ("huge=2000000", "expected an answer that is not larger than any", 1),
    ("endless", "expected an answer that is not larger than any", 1),
    ("type=text/html", 'found an answer of type "text/html"', 1),
    ("garbage", "expected an object of JSON", 1),
    ("400", "HTTP status 400", 1),
    ("401", "HTTP status 401.*look at maa_credential", 1),
    ("403", "HTTP status 403.*Attestation Reader", 1),
    ("404", "HTTP status 404.*look at maa_url", 1),
    ("429=1", r"HTTP status 429.*ask less often \(request 00-", 1),
    ("500", "HTTP status 500.*try again later", 1),
    ("503=1", "HTTP status 503.*try again later", 1),
)


def with_fault(host, fault, wanted, status):
    host.fault(fault)
    says_one_line(host, wanted, status, "--save")


def asks_again(host):
    host.configure(maa_retries="2", maa_timeout="10s")
    host.fault("503=1*2")
    begun = time.time()
    ok(host, "maa", "signers", "--save")
    assert 2 <= time.time() - begun < 8, time.time() - begun
    asked = host.emulator.control("requests", method="GET")["requests"][-3:]
    equal([(row["path"], row["status"]) for row in asked],
          [("/certs", 503), ("/certs", 503), ("/certs", 200)])
    equal(len({row["id"] for row in asked}), 1, "the names of one request")
    host.configure()


def answers_with(host, keys, wanted):
    """A provider with such a set."""
    with open(host.jwks) as text:
        before = text.read()
    with open(host.jwks, "w") as out:
        json.dump(keys, out)
    found, _, err = host.run("maa", "signers", "--save")
    with open(host.jwks) as text:
        equal(json.load(text), keys, "the file")
    with open(host.jwks, "w") as out:
        out.write(before)
    assert found == 2 and re.search(wanted, err), err


def one_at_a_time(host):
    """While another holds the lock, and when it has let it go."""
    lock = os.path.join(os.path.dirname(host.jwks), ".lock-jwks.json")
    holder = subprocess.Popen(["flock", lock, "sleep", "1"])
    time.sleep(0.2)
    begun = time.time()
    ok(host, "maa", "signers", "--save")
    assert time.time() - begun > 0.5
    holder.wait()


def tells_of_waiting(host):
    """On a terminal, and nowhere else."""
    host.configure(maa_timeout="6s")
    host.fault("slow=3.5*1")
    done = subprocess.run(
        ["script", "-qec", "%s --config %s maa signers" % (
            PROGRAM, os.path.join(host.folder, "conf")), "/dev/null"],
        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=60)
    text = done.stdout.decode()
    assert re.search(r"\r\x1b\[Kmaa  waiting for 3 s\r\x1b\[K", text), text
    equal(done.returncode, 0, text)
    host.fault("slow=3*1")
    ok(host, "maa", "signers")
    host.configure()


def shows_all(host):
    status, _, err = host.run("maa", "signers", "--verbose")
    equal(status, 0, err)
    for wanted in ("> GET %s/certs\n" % host.emulator.endpoint,
                   "> x-ms-client-request-id: ", "< HTTP status: 200\n",
                   "< x-ms-request-id: 00-", '< {"keys":', " bytes in all\n"):
        assert wanted in err, err


def metadata(host):
    status, out, err = host.run("maa", "metadata", "--json")
    equal((status, err), (0, ""))
    equal(json.loads(out), host.emulator.ask(
        "GET", "/.well-known/openid-configuration").json())
    out = ok(host, "maa", "metadata")
    assert re.search('/issuer +"%s"' % host.emulator.endpoint, out), out
    host.fault("garbage")
    status, out, err = host.run("maa", "metadata")
    equal((status, out), (1, ""), err)
    host.fault()


def refuses_wrong_use(host):
    for words, wanted in (
            (("maa",), "signers"), (("maa", "nothing"), "expected metadata or"),
            (("maa", "signers", "/file"), "--save alone"),
            (("maa", "signers", "--save", "file"), "by its whole path"),
            (("maa", "signers", "--save", "/a", "/b"), "/b"),
            (("maa", "metadata", "more"), "more")):
        status, out, err = host.run(*words)
        equal((status, out), (2, ""), words)
        assert wanted in err, err
    for words in (("maa",), ("maa", "signers"), ("maa", "metadata")):
        assert "Exit status" in ok(host, *words, "--help") or \
            words == ("maa",)


def refuses_wrong_options(host):
    for changed, wanted in (
            ({"maa_url": "https://localhost:1"}, "connect"),
            ({"maa_url": "https://no-such-host.invalid"}, "resolve host"),
            ({"maa_ca": "none"}, "unable to get local issuer|self.signed"),
            ({"maa_ca": "/no/such/file"}, "maa_ca: /no/such/file"),
            ({"maa_proxy": "http://127.0.0.1:1"}, "connect"),
            ({"maa_url": "none"}, "maa_url: no provider is named")):
        host.configure(**changed)
        status, out, err = host.run("maa", "signers", "--save")
        equal((status, out), (2, ""), changed)
        assert re.search(wanted, err), err
    host.configure()


def main():
    if not BUILD or not os.access(PROGRAM, os.X_OK):
        print("1..0 # SKIP run by \"make check\"")
        sys.exit(77)
    host = Host()
    tap.check("keys are fetched, and kept as they are", saves, host)
    tap.check("in another file, too", saves_elsewhere, host)
    tap.check("without --save nothing is changed", only_shows, host)
    tap.check("a key that is gone is kept", keeps_the_retired, host)
    tap.check("for as long as its tokens", drops_in_the_end, host)
    tap.check("the metadata is shown", metadata, host)
    for fault, wanted, status in FAULTS:
        tap.check("the service does: " + fault, with_fault, host, fault,
                  wanted, status)
    host.fault()
    tap.check("it is asked again", asks_again, host)
    host.fault()
    tap.check("a file that is no set of keys stays", answers_with, host,
              {"keys": []}, "no key with a name")
    tap.check("one program at a time", one_at_a_time, host)
    tap.check("who waits is told", tells_of_waiting, host)
    tap.check("--verbose shows requests and answers", shows_all, host)
    tap.check("wrong use is refused", refuses_wrong_use, host)
    tap.check("wrong options are refused", refuses_wrong_options, host)
    host.close()
    tap.finish()


main()
