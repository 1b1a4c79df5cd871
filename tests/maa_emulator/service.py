# SPDX-License-Identifier: BSD-2-Clause
"""One provider: what it keeps, its requests, and the tokens it gives."""
import json
import re
import urllib.parse

import azure_guest
import enclaves
from numbers_drawn import Clock, Numbers
from policies import Policies
from refusal import Refusal, invalid
from signing import Keys
from tpm import Tpm

LIVES = {"enclave": 28800, "policy": 3600}
VERSIONS = ("2018-09-01-preview", "2020-10-01", "2022-08-01",
            "2022-09-01-preview", "2025-06-01", "2026-03-11-preview")
CLAIMS = ["cnf", "nonce", "x-ms-ver", "x-ms-attestation-type",
          "x-ms-policy-hash", "x-ms-policy-signer", "x-ms-sgx-is-debuggable",
          "x-ms-sgx-mrenclave", "x-ms-sgx-mrsigner", "x-ms-sgx-svn",
          "x-ms-sgx-ehd", "x-ms-sgx-collateral", "is-debuggable",
          "sgx-mrsigner", "sgx-mrenclave", "product-id", "svn", "tee"]


class Request:
    def __init__(self, method, target, headers, body):
        parts = urllib.parse.urlsplit(target)
        self.method, self.path = method, urllib.parse.unquote(parts.path)
        self.query = urllib.parse.parse_qs(parts.query,
                                           keep_blank_values=True)
        self.headers, self.body = headers, body

    def text(self):
        try:
            return self.body.decode()
        except UnicodeDecodeError:
            raise invalid("The body is not UTF-8") from None

    def json(self, wanted=dict):
        kind = (self.headers.get("Content-Type") or "").split(";")[0].strip()
        if kind != "application/json":
            raise Refusal(415, "UnsupportedMediaType", "The content type is "
                          "'%s', not application/json" % kind)
        try:
            value = json.loads(self.body)
        except ValueError:
            value = None
        if not isinstance(value, wanted):
            raise invalid("The body is not the JSON that this needs")
        return value

    def policy(self):
        """A JWS: as text/plain, or as it is in application/json; in quotes,
        if a client thinks so."""
        return self.text().strip().strip('"')

    def first(self, name):
        return self.query.get(name, [None])[0]


class Service:
    def __init__(self, options):
        self.options, self.issuer = options, options.issuer
        self.numbers = Numbers(options.seed)
        self.clock = Clock(options.now, options.skew)
        self.keys = Keys(options.folder, self.numbers, options.jwks)
        self.policies = Policies(options.isolated)
        self.faults = options.faults
        self.tpm = Tpm(self)

    # --- Tokens ---

    def now(self):
        return self.clock.now() + int(self.faults.current().get("skew", 0))

    def times(self, life, before=0):
        faults, now = self.faults.current(), self.now()
        if "expired" in faults:
            now -= life + 3600
        if "early" in faults:
            now += 3600
        return {"iat": now, "nbf": now - (0 if "early" in faults else before),
                "exp": now + life}

    def issue(self, claims, kind, unsecured=False):
        """A token of an enclave key: about an attestation or a policy."""
        faults = self.faults.current()
        whole = dict(claims, iss=self.issuer_of_token(),
                     **self.times(LIVES[kind]))
        if kind == "enclave":
            whole["jti"] = self.numbers.draw(32).hex()
            whole["x-ms-ver"] = "1.0"
        if "rollover" in faults:
            self.keys.roll_over()
        if "small" in faults:
            self.keys.small = True
        return self.spoil(self.keys.enclave_token(
            whole["iss"], whole, unsecured or "unsigned" in faults,
            "small" if "small" in faults else None))

    def issuer_of_token(self):
        if "foreign" in self.faults.current():
            return "https://foreign.example.attest.azure.net"
        return self.issuer

    def spoil(self, token):
        """The last byte of the signature has other bits."""
        if "forged" not in self.faults.current():
            return token
        return token[:-6] + ("AAAAAA" if token[-6:] != "AAAAAA" else "BBBBBB")

    # --- Requests that need nobody's leave ---

    def certs(self, _):
        return self.keys.jwks(self.issuer)

    def metadata(self, _):
        return {"response_types_supported": ["token", "none"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "revocation_endpoint": self.issuer + "/revoke",
                "issuer": self.issuer, "jwks_uri": self.issuer + "/certs",
                "claims_supported": CLAIMS}

    def enclave(self, request):
        return enclaves.attest(self, request.path.split("/")[2],
                               request.json())

    def attest_tpm(self, request):
        return self.tpm.attest(request)

    def attest_guest(self, request):
        return azure_guest.attest(self, request)

    # --- Policies ---

    def kind(self, request):
        return request.path.split("/")[2].partition(":")[0]

    def told(self, claims):
        return {"token": self.issue(claims, "policy")}

    def get_policy(self, request):
        return self.told(self.policies.tell(self.kind(request)))

    def set_policy(self, request):
        return self.told(self.policies.set(self.kind(request),
                                           request.policy()))

    def reset_policy(self, request):
        return self.told(self.policies.reset(self.kind(request),
                                             request.policy()))

    def get_certificates(self, _):
        return self.told(self.policies.tell_certificates())

    def change_certificates(self, request):
        return self.told(self.policies.change_certificates(
            request.json(str), request.path.endswith(":add")))

    # --- Which request is which ---

    OPEN, READER, CONTRIBUTOR = None, "reader", "contributor"
    ROUTES = (
        ("GET", r"/certs", certs, OPEN, False),
        ("GET", r"/\.well-known/openid-configuration", metadata, OPEN, False),
        ("POST", r"/attest/(SgxEnclave|OpenEnclave)", enclave, OPEN, True),
        ("POST", r"/attest/Tpm", attest_tpm, READER, True),
        ("POST", r"/attest/AzureGuest", attest_guest, OPEN, True),
        ("GET", r"/policies/\w+", get_policy, READER, True),
        ("PUT", r"/policies/\w+", set_policy, CONTRIBUTOR, True),
        ("POST", r"/policies/\w+:reset", reset_policy, CONTRIBUTOR, True),
        ("GET", r"/certificates", get_certificates, READER, True),
        ("POST", r"/certificates:(add|remove)", change_certificates,
         CONTRIBUTOR, True),
    )

    def answer(self, request):
        """The object of the answer; a Refusal if there is none."""
        allowed = False
        for method, path, function, role, is_versioned in self.ROUTES:
            if not re.fullmatch(path, request.path):
                continue
            if method != request.method:
                allowed = True
                continue
            if is_versioned:
                self.check_version(request)
            if role:
                self.options.directory.check(request, role, self)
            return function(self, request)
        if allowed:
            raise Refusal(405, "MethodNotAllowed", "This is no place for %s" %
                          request.method)
        raise Refusal(404, "NotFound", "There is no %s" % request.path)

    @staticmethod
    def check_version(request):
        """That a version is needed, and which text is told, is inferred."""
        version = request.first("api-version")
        if version not in VERSIONS:
            raise Refusal(400, "UnsupportedApiVersion", "The api-version '%s' "
                          "is not supported" % version)
