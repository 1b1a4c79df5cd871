# SPDX-License-Identifier: BSD-2-Clause
"""Numbers and time of one service: all that differs between two runs comes
from here, so that --seed and --now make an answer the same again."""
import hashlib
import os
import threading
import time


class Numbers:
    def __init__(self, seed=None):
        self.seed = seed.encode() if seed is not None else os.urandom(32)
        self.count = 0
        self.lock = threading.Lock()

    def draw(self, size):
        with self.lock:
            self.count += 1
            text = b"%s %d" % (self.seed, self.count)
        return hashlib.shake_256(text).digest(size)


class Clock:
    """Seconds since 1970; a service may be ahead of its clients."""

    def __init__(self, fixed=None, skew=0):
        self.fixed, self.skew = fixed, skew

    def now(self):
        base = self.fixed if self.fixed is not None else int(time.time())
        return base + self.skew
