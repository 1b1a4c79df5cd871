# SPDX-License-Identifier: BSD-2-Clause
"""Judges tokens with "attestctl token verify"; what its tests share."""
import base64
import json
import os
import re
import shutil
import subprocess

TOP = os.environ.get("top_srcdir", ".")
KEYS = ["verdict", "reason", "type", "key", "binding", "header", "claims",
        "unverified_claims"]


def find_program():
    return os.environ.get("ATTESTCTL") or os.path.join(
        os.environ.get("top_builddir", "."), "attestctl")


def encode(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def split(token):
    """(header, claims, signature) of a token."""
    header, payload, signature = token.split(".")
    return json.loads(decode(header)), json.loads(decode(payload)), signature


def openssl(*words, data=None):
    return subprocess.run(("openssl",) + words, input=data, check=True,
                          stdout=subprocess.PIPE).stdout


class Signer:
    """token.py with a folder of its own, its keys from "make" if they are
    there."""
    PROGRAM = os.path.join(TOP, "tests", "tokens", "token.py")
    KEYS = os.path.join(os.environ.get("top_builddir", "."), "tests",
                        "tokens", ".service")

    def __init__(self, folder):
        self.folder = folder
        if os.path.exists(os.path.join(self.KEYS, "jwks.json")):
            shutil.copytree(self.KEYS, folder, dirs_exist_ok=True)
        else:
            self.run("authority", folder)
        names = ("enclave", "next", "small", "leaf")
        keys = json.loads(self.run("jwks", folder, *names))["keys"]
        self.keys = dict(zip(names, keys))

    def run(self, *words, data=None):
        return subprocess.run((self.PROGRAM,) + words, input=data, check=True,
                              stdout=subprocess.PIPE).stdout.decode()

    def path(self, name):
        return os.path.join(self.folder, name)

    def kid(self, name):
        return self.keys[name]["kid"]

    def jwks(self, *names):
        """The path of a set of keys; NAME:x5c and NAME:ne are one form."""
        keys = []
        for word in names:
            name, _, form = word.partition(":")
            absent = {"x5c": ("n", "e", "use", "alg"), "ne": ("x5c",),
                      "": ()}[form]
            keys.append({member: value for member, value in
                         self.keys[name].items() if member not in absent})
        return self.write(
            self.path("+".join(names).replace(":", "-") + ".jwks.json"),
            json.dumps({"keys": keys}).encode())

    @staticmethod
    def write(path, data):
        with open(path, "wb") as out:
            out.write(data)
        return path

    def sign(self, options):
        """Tokens by the names in a dict of what token.py is told."""
        lines = ["'%s' %s\n" % (self.path(name + ".jwt"), words)
                 for name, words in options.items()]
        self.run("batch", self.folder, data="".join(lines).encode())
        tokens = {}
        for name in options:
            with open(self.path(name + ".jwt")) as token:
                tokens[name] = token.read()
        return tokens


class Judge:
    """Calls attestctl and counts; what breaks its contract is a failure."""

    def __init__(self):
        self.number = self.failed = self.skipped = 0
        self.env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]

    def judge(self, token, options):
        """The answer as a dict."""
        data = token if isinstance(token, bytes) else token.encode()
        done = subprocess.run(
            [find_program(), "token", "verify", "--json"] + options + ["-"],
            input=data, env=self.env, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=60)
        if done.returncode not in (0, 1) or done.stderr:
            return {"broken": "exit %d: %s" % (
                done.returncode, done.stderr.decode(errors="replace"))}
        answer = json.loads(done.stdout)
        is_good = done.returncode == 0
        if list(answer) != KEYS:
            answer["broken"] = "keys are %s" % list(answer)
        elif is_good != (answer["verdict"] == "accepted") or \
                is_good != (answer["reason"] is None):
            answer["broken"] = "verdict and exit status differ"
        elif not is_good and (answer["claims"] is not None or
                              answer["binding"] is not None or
                              answer["type"] is not None):
            answer["broken"] = "claims of a refused token are told as facts"
        elif is_good and answer["unverified_claims"] is not None:
            answer["broken"] = "claims of an accepted token are unverified"
        return answer

    def add(self, name, problem):
        self.number += 1
        if problem:
            self.failed += 1
            print("# " + problem.replace("\n", "\n# "))
        print("%s %d - %s" % ("not ok" if problem else "ok", self.number,
                              name), flush=True)

    def skip(self, name, count, why):
        self.number += 1
        self.skipped += count
        print("ok %d - %s # SKIP %d, %s" % (self.number, name, count, why))

    def accepts(self, name, token, options, find_problem=None):
        answer = self.judge(token, options)
        problem = answer.get("broken")
        if not problem and answer["verdict"] != "accepted":
            problem = "refused: %(code)s: %(text)s" % answer["reason"]
        if not problem and find_problem:
            problem = find_problem(answer)
        self.add(name, problem)
        return answer

    def refuses(self, name, token, options, code, text=""):
        """With that code, and a text that matches."""
        answer = self.judge(token, options)
        problem = answer.get("broken")
        if not problem and answer["verdict"] != "refused":
            problem = "accepted"
        elif not problem and answer["reason"]["code"] != code or \
                not problem and not re.search(text, answer["reason"]["text"]):
            problem = "%s: %s\nwanted %s: %s" % (
                answer["reason"]["code"], answer["reason"]["text"], code, text)
        self.add(name, problem)
        return answer

    def finish(self):
        print("1..%d" % self.number)
        print("# %d passed, %d failed, %d skipped" % (
            self.number - self.failed, self.failed, self.skipped))
        return 1 if self.failed or self.number == 0 else 0
