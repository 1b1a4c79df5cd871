# SPDX-License-Identifier: BSD-2-Clause
"""Bytes in members of JSON: base64url without padding (RFC 7515), strictly;
AzureGuest has ordinary base64 inside."""
import base64
import re

from authority import base64url as encode  # noqa: F401
from refusal import invalid


def decode(text, what):
    if not isinstance(text, str) or re.search("[^A-Za-z0-9_-]", text):
        raise invalid("%s is not base64url" % what)
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise invalid("%s is not base64url" % what) from None


def decode_padded(text, what):
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError):
        raise invalid("%s is not base64" % what) from None
