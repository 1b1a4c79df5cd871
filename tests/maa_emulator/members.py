# SPDX-License-Identifier: BSD-2-Clause
"""Members of JSON that have to be of a type: what clients send is not
believed to be, so that a mistake of theirs is told as one."""
import json

from refusal import invalid


def an_object(value, what):
    if not isinstance(value, dict):
        raise invalid("%s is not a JSON object" % what)
    return value


def objects(value, what):
    if not isinstance(value, list) or not all(
            isinstance(element, dict) for element in value):
        raise invalid("%s is not an array of objects" % what)
    return value


def number(value, what):
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise invalid("%s is not a number" % what)
    return value


def text(value, what):
    if not isinstance(value, str):
        raise invalid("%s is not a string" % what)
    return value


def parsed(raw, what):
    """The JSON object in bytes."""
    try:
        value = json.loads(raw)
    except ValueError:
        value = None
    return an_object(value, what)
