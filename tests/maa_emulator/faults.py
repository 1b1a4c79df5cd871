# SPDX-License-Identifier: BSD-2-Clause
"""What can go wrong with a service, switched on by --fault or while it runs.

    NAME[=VALUE][*COUNT][@PATH]
          for COUNT requests (all, if not said) whose path begins with PATH

  the answer:
    slow=SECONDS      it comes late
    trickle=SECONDS   it comes byte by byte, for so long
    drop              the connection ends without one
    truncated         it ends in the middle
    huge=BYTES        it is a JSON string of so many bytes
    endless           it never ends
    type=TEXT         it has this content type, and is a page for people
    garbage           it is not JSON
    400 ... 599[=SECONDS]
                      this status; SECONDS are Retry-After
    redirect=URL      307, to there
    repeated          400, with all that the request had to keep secret
    injected          an access token in it ends its line, and goes on
  the token in it:
    expired           its time was over an hour ago
    early             its time comes in an hour
    skew=SECONDS      the clock of the service is ahead by so much
    unsigned          alg is none
    forged            the signature is not good
    foreign           it is for another provider, with the same key
    small             it is signed with a key of 1024 bits, shown in /certs
    rollover          the next key signs it, and all that follow
"""
import re
import threading

ANSWER = ("slow", "trickle", "drop", "truncated", "huge", "endless", "type",
          "garbage", "redirect", "repeated",
          "injected")
TOKEN = ("expired", "early", "skew", "unsigned", "forged", "foreign", "small",
         "rollover")
NUMBERS = ("slow", "trickle", "huge", "skew")
FORM = re.compile(r"([a-z]+|[45][0-9][0-9])(?:=([^*@]*))?(?:\*([0-9]+))?"
                  r"(?:@(/.*))?")


class Fault:
    def __init__(self, text):
        match = FORM.fullmatch(text.strip())
        if not match:
            raise ValueError("'%s' is not NAME[=VALUE][*COUNT][@PATH]" % text)
        self.name, self.value, count, path = match.groups()
        self.path = path or "/"
        self.left = int(count) if count else None
        if not self.name.isdigit() and self.name not in ANSWER + TOKEN:
            raise ValueError("'%s' is not a fault" % self.name)
        if self.name in NUMBERS or (self.name.isdigit() and self.value):
            self.value = float(self.value or "")


class Active(dict):
    """The faults of one request: {name: value}."""

    def status(self):
        for name in self:
            if name.isdigit():
                return int(name), self[name]
        return None, None


class Faults:
    def __init__(self, texts=()):
        self.lock, self.here = threading.Lock(), threading.local()
        self.replace(texts)

    def replace(self, texts):
        faults = [Fault(text) for text in texts if text.strip()]
        with self.lock:
            self.list = faults

    def begin(self, path):
        """Which faults this request has; current() gives them later on."""
        active = Active()
        with self.lock:
            for fault in self.list:
                if path.startswith(fault.path) and fault.left != 0:
                    active[fault.name] = fault.value
                    if fault.left is not None:
                        fault.left -= 1
        self.here.active = active
        return active

    def current(self):
        return getattr(self.here, "active", {})
