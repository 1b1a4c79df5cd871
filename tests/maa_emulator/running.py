# SPDX-License-Identifier: BSD-2-Clause
"""The emulator in tests of Python: started, asked, and judged in TAP."""
import atexit
import base64
import http.client
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import traceback
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
VECTORS = os.path.join(os.environ.get("VECTORS") or os.path.join(
    os.environ.get("top_srcdir") or os.path.join(HERE, "..", ".."),
    "..", "shared", "vectors"), "maa")
# In the folder of the build, if there is one: its tests make keys once.
BUILD = os.environ.get("top_builddir")
KEYS = os.path.join(BUILD, "tests", "maa_emulator", "keys") if (
    BUILD) else tempfile.mkdtemp(prefix="att-maa-keys.")
if not BUILD:
    atexit.register(shutil.rmtree, KEYS)
VERSION = "api-version=2020-10-01"


def unpadded(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def parts(token):
    """(header, claims)"""
    return tuple(json.loads(decoded(part)) for part in token.split(".")[:2])


def attestctl():
    """Our own program, if it was built; else None."""
    path = os.path.join(BUILD or "", "attestctl")
    return path if BUILD and os.access(path, os.X_OK) else None


def judged(emulator, token, *options):
    """What "attestctl token verify" says of a token: None, if it accepts it,
    else the code of what is wrong."""
    path = os.path.join(emulator.folder, "token.jwt")
    with open(path, "w") as out:
        out.write(token)
    done = subprocess.run(
        [attestctl(), "token", "verify", "--json", "--issuer",
         emulator.endpoint] + list(options) + [path],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode not in (0, 1):
        raise AssertionError(done.stderr.decode())
    said = json.loads(done.stdout)
    equal(said["verdict"], "refused" if done.returncode else "accepted")
    return said["reason"] and said["reason"]["code"]


def need(*programs):
    """Skips the whole test where one of them is not installed."""
    for program in programs:
        if not shutil.which(program):
            print("1..0 # SKIP %s is not installed" % program)
            sys.exit(77)


class Answer:
    def __init__(self, response):
        self.status, self.headers = response.status, response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)

    def error(self):
        """(code, message)"""
        error = self.json()["error"]
        return error["code"], error["message"]


class Emulator:
    def __init__(self, *options):
        self.folder = tempfile.mkdtemp(prefix="att-maa.")
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "emulator.py"), self.folder,
             "--keys", KEYS] + list(options), stdout=subprocess.PIPE, text=True)
        self.endpoint = self.process.stdout.readline().strip()
        if not self.endpoint:
            sys.exit("Bail out! The emulator does not start")
        self.context = ssl.create_default_context(
            cafile=os.path.join(self.folder, "tls.pem"))
        self.host = urllib.parse.urlsplit(self.endpoint).netloc
        self.bearer = None

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)

    def ask(self, method, path, body=None, timeout=10, **headers):
        """Headers are Content_Type="..." and the like."""
        connection = http.client.HTTPSConnection(
            self.host, context=self.context, timeout=timeout)
        if isinstance(body, (dict, str)) and "Content_Type" not in headers:
            headers["Content_Type"] = "application/json"
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
        if self.bearer:
            headers.setdefault("Authorization", "Bearer " + self.bearer)
        try:
            connection.request(method, path, body, {
                name.replace("_", "-"): value
                for name, value in headers.items()})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def log_in(self, client="client", secret="secret"):
        answer = self.ask(
            "POST", "/test-tenant/oauth2/v2.0/token", urllib.parse.urlencode({
                "grant_type": "client_credentials", "client_id": client,
                "client_secret": secret,
                "scope": "https://attest.azure.net/.default"}),
            Content_Type="application/x-www-form-urlencoded")
        self.bearer = answer.json()["access_token"]

    def control(self, what, body="", method="PUT"):
        answer = self.ask(method, "/.emulator/" + what, body,
                          Content_Type="text/plain")
        assert answer.status == 200, answer.body
        return answer.json()

    def save(self, path, name):
        """The body of an answer, as a file of the emulator's folder."""
        with open(os.path.join(self.folder, name), "wb") as out:
            out.write(self.ask("GET", path).body)
        return out.name

    def evidence(self, kind, *files):
        return subprocess.run(
            [sys.executable, os.path.join(HERE, "evidence.py"), kind] +
            list(files), stdout=subprocess.PIPE, check=True).stdout


class Tap:
    """TAP of a test program; ends it with finish()."""

    def __init__(self):
        self.number = self.failed = 0

    def say(self, good, name, why=""):
        self.number += 1
        self.failed += not good
        print("%sok %d - %s" % ("" if good else "not ", self.number, name))
        for line in [] if good else str(why).splitlines():
            print("# " + line)
        sys.stdout.flush()

    def check(self, name, body, *arguments):
        """A body that raises has failed."""
        try:
            body(*arguments)
        except Exception:  # pylint: disable=broad-except
            return self.say(False, name, traceback.format_exc())
        return self.say(True, name)

    def skip(self, name, why):
        self.number += 1
        print("ok %d - %s # SKIP %s" % (self.number, name, why))

    def finish(self):
        print("1..%d" % self.number)
        sys.exit(1 if self.failed else 0)


def equal(found, wanted, what=""):
    assert found == wanted, "%s is %r, wanted %r" % (what or "it", found,
                                                     wanted)
