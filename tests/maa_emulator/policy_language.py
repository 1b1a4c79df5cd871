# SPDX-License-Identifier: BSD-2-Clause
"""The language of attestation policies, as far as boot policies need it.

    version=1.2;
    configurationrules{ => issueproperty(type="required_pcr_mask", value=255);
    };
    authorizationrules{ c:[type=="secureBootEnabled", value==true]
        && ![type=="x"] => permit(); };
    issuancerules{ c:[type=="a"] => issue(type="b", value=c.value); };

A condition matches each claim that fits; the rule's action happens for each
combination. Functions of version 1.2 that search events (JmesPath and its
like) are not known here: the emulator says so in a PolicyParsingError, and
gives what they would find as claims of their own (see event_log.py).
Inferred: that a claim which is issued twice is one claim, and that claims of
one name with several values become an array.
"""
import itertools
import operator
import re

from refusal import malformed_policy, policy_denies

TOKEN = re.compile(r"""\s*(?:
    (?P<string>"(?:[^"\\]|\\.)*") | (?P<number>-?[0-9]+(?:\.[0-9]+)?) |
    (?P<name>[A-Za-z_][A-Za-z0-9_]*) |
    (?P<mark>==|!=|>=|<=|=>|&&|[<>=!:;,.(){}\[\]])
    )""", re.VERBOSE)
COMPARE = {"==": operator.eq, "!=": operator.ne, ">=": operator.ge,
           "<=": operator.le, ">": operator.gt, "<": operator.lt}
SECTIONS = ("configurationrules", "authorizationrules", "issuancerules")
ACTIONS = {"configurationrules": ("issueproperty",),
           "authorizationrules": ("permit", "deny", "add"),
           "issuancerules": ("issue", "add", "issueproperty")}
VERSIONS = ("1.0", "1.1", "1.2")


class Reader:
    def __init__(self, text):
        # A comment reaches to the end of its line.
        text = re.sub(r'("(?:[^"\\]|\\.)*")|//[^\n]*',
                      lambda match: match.group(1) or " ", text)
        self.words, at = [], 0
        while text[at:].strip():
            match = TOKEN.match(text, at)
            if not match:
                raise malformed_policy("The policy cannot be read at: %s" %
                                       text[at:].strip()[:40])
            self.words.append((match.lastgroup, match.group(match.lastgroup)))
            at = match.end()
        self.at = 0

    def peek(self):
        return (self.words[self.at] if self.at < len(self.words) else
                ("end", "the end of the policy"))

    def take(self, kind=None, text=None):
        word = self.peek()
        if (kind and word[0] != kind) or (text and word[1] != text):
            raise malformed_policy("The policy has %s, where %s has to be" % (
                word[1], text or "a " + kind))
        self.at += 1
        return word[1]

    def has(self, text):
        if self.peek() == ("mark", text):
            self.at += 1
            return True
        return False


def literal(reader):
    kind, text = reader.peek()
    reader.at += 1
    if kind == "string":
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    if kind == "number":
        return float(text) if "." in text else int(text)
    if text in ("true", "false"):
        return text == "true"
    raise malformed_policy("The policy has %s, where a value has to be" % text)


def condition(reader):
    absent, name = reader.has("!"), None
    if reader.peek()[0] == "name":
        name = reader.take("name")
        reader.take(text=":")
    tests = []
    reader.take(text="[")
    while not reader.has("]"):
        part = reader.take("name")
        compare = COMPARE.get(reader.peek()[1])
        if part not in ("type", "value", "issuer") or not compare:
            raise malformed_policy("The policy has a condition on %s" % part)
        reader.at += 1
        tests.append((part, compare, literal(reader)))
        reader.has(",")
    return absent, name, tests


def value_of(reader):
    """A literal, or (name, member) of a claim that was matched."""
    kind, text = reader.peek()
    if kind == "name" and text not in ("true", "false"):
        reader.at += 1
        if not reader.has("."):
            raise malformed_policy("The function %s is not known to the "
                                   "emulator" % text)
        return text, reader.take("name")
    return literal(reader)


def action(reader, section):
    name, given = reader.take("name"), {}
    if name not in ACTIONS[section]:
        raise malformed_policy("%s does not belong into %s" % (name, section))
    reader.take(text="(")
    while not reader.has(")"):
        # issue(claim = c) is everything of c.
        part = reader.take("name")
        reader.take(text="=")
        given[part] = (reader.take("name") if part == "claim" else
                       value_of(reader))
        reader.has(",")
    if name in ("issue", "add", "issueproperty") and not (
            "claim" in given or {"type", "value"} <= set(given)):
        raise malformed_policy("%s needs a type and a value" % name)
    return name, given


def rule(reader, section):
    conditions = []
    while not reader.has("=>"):
        conditions.append(condition(reader))
        reader.has("&&")
    done = action(reader, section)
    reader.take(text=";")
    return conditions, done


class Policy:
    def __init__(self, text):
        reader = Reader(text)
        reader.take(text="version")
        reader.take(text="=")
        version = reader.take("number")
        if version not in VERSIONS:
            raise malformed_policy("The version %s is not known" % version)
        reader.take(text=";")
        self.rules = {}
        while reader.peek()[0] != "end":
            section = reader.take("name")
            if section not in SECTIONS or section in self.rules:
                raise malformed_policy("%s is no part of a policy, or is "
                                       "there twice" % section)
            reader.take(text="{")
            self.rules[section] = []
            while not reader.has("}"):
                self.rules[section].append(rule(reader, section))
            reader.has(";")
        if "authorizationrules" not in self.rules:
            raise malformed_policy("The policy has no authorizationrules")

    def configuration(self):
        """The properties that hold in any case: how evidence is looked at,
        and how the report is made."""
        return {given["type"]: given["value"]
                for section in ("configurationrules", "issuancerules")
                for conditions, (name, given) in self.rules.get(section, [])
                if name == "issueproperty" and not conditions}

    def apply(self, incoming):
        """The claims that are issued; they are in the order of the rules,
        and an array where one name is issued twice."""
        claims = [(name, value) for name, value in incoming.items()]
        verdict = None
        for conditions, (name, given) in self.rules["authorizationrules"]:
            for bound in matches(conditions, claims):
                if name == "add":
                    claims.append(claim_of(given, bound))
                else:
                    verdict = verdict if verdict == "deny" else name
                    break
        if verdict != "permit":
            raise policy_denies("Policy evaluation failed: the authorization "
                                "rules do not permit this")
        issued = {}
        for conditions, (name, given) in self.rules.get("issuancerules", []):
            for bound in matches(conditions, list(claims)):
                kind, value = claim_of(given, bound)
                if name == "issue":
                    add(issued, kind, value)
                if (kind, value) not in claims:
                    claims.append((kind, value))
        return issued


def add(issued, kind, value):
    if kind not in issued:
        issued[kind] = value
    elif isinstance(issued[kind], list):
        issued[kind].append(value)
    elif issued[kind] != value:
        issued[kind] = [issued[kind], value]


def fits(claim, tests):
    parts = {"type": claim[0], "value": claim[1],
             "issuer": "AttestationService"}
    for part, compare, wanted in tests:
        found = parts[part]
        if type(found) is not type(wanted):
            # No claim of another type is equal, and none is larger.
            if compare is not operator.ne:
                return False
        elif not compare(found, wanted):
            return False
    return True


def matches(conditions, claims):
    """Each way to give every condition a claim: {name: claim}."""
    choices = []
    for absent, name, tests in conditions:
        found = [claim for claim in claims if fits(claim, tests)]
        if absent:
            found = [] if found else [None]
        choices.append([(name, claim) for claim in found])
    for choice in itertools.product(*choices):
        yield dict(choice)


def claim_of(given, bound):
    def resolve(value):
        if not isinstance(value, tuple):
            return value
        name, part = value
        if name not in bound or part not in ("type", "value"):
            raise policy_denies("%s.%s is not a claim of this rule" % value)
        return bound[name][0 if part == "type" else 1]
    if "claim" in given:
        return resolve((given["claim"], "type")), resolve(
            (given["claim"], "value"))
    return resolve(given["type"]), resolve(given["value"])
