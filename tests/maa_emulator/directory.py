# SPDX-License-Identifier: BSD-2-Clause
"""Microsoft Entra ID (AAD) as far as a client of the service needs it:

    POST /TENANT/oauth2/v2.0/token    with a secret, or an assertion that is
                                      signed by a certificate, or one of a
                                      workload identity

An access token is opaque to clients. Here it is a JWT with an HMAC of a key
that is made at the start; the service looks at its audience, time and role.
The numbers of errors (AADSTS) are those of the documents. Discovery of the
directory, which clients do that log people in, is not here.
"""
import base64
import hashlib
import hmac
import json
import urllib.parse

import base64url
import jws
from refusal import Refusal, unauthorized
from signing import compact

RESOURCE = "https://attest.azure.net"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFE = 3599


class Denied(Refusal):
    """An error of the token endpoint has members of its own."""

    def __init__(self, status, error, number, text):
        super().__init__(status, error, text)
        self.number = number

    def body(self):
        return compact({
            "error": self.code, "error_codes": [self.number],
            "error_description": "AADSTS%d: %s" % (self.number, self.message),
            "correlation_id": "00000000-0000-0000-0000-000000000000"})


class Client:
    """ID=ROLE with one of: a secret, the DER of a certificate, a file whose
    text is the assertion of a workload identity."""

    def __init__(self, role, secret=None, der=None, path=None):
        self.role, self.secret, self.der, self.path = role, secret, der, path


class Directory:
    def __init__(self, clients, numbers, clock, tenant):
        self.clients, self.clock, self.tenant = clients, clock, tenant
        self.key = numbers.draw(32)

    # --- Who is asked for a token ---

    def token(self, role, resource=RESOURCE, life=LIFE):
        now = self.clock.now()
        text = b".".join(base64url.encode(compact(part)).encode() for part in (
            {"alg": "HS256", "typ": "JWT"},
            {"aud": resource, "exp": now + life, "iat": now, "nbf": now,
             "roles": [role], "tid": self.tenant}))
        seal = hmac.new(self.key, text, "sha256").digest()
        return text.decode() + "." + base64url.encode(seal)

    def answer(self, request):
        tenant = request.path.split("/")[1]
        form = {name: values[0] for name, values in urllib.parse.parse_qs(
            request.text(), keep_blank_values=True).items()}
        if tenant != self.tenant:
            raise Denied(400, "invalid_request", 90002, "Tenant '%s' not "
                         "found." % tenant)
        if form.get("grant_type") != "client_credentials":
            raise Denied(400, "unsupported_grant_type", 70003, "The grant "
                         "type is not supported.")
        if form.get("scope") != RESOURCE + "/.default":
            raise Denied(400, "invalid_scope", 70011, "The scope '%s' is not "
                         "valid." % form.get("scope"))
        client = self.clients.get(form.get("client_id"))
        if client is None:
            raise Denied(400, "unauthorized_client", 700016, "Application "
                         "'%s' was not found." % form.get("client_id"))
        self.check_client(client, form, request)
        return {"token_type": "Bearer", "expires_in": LIFE,
                "ext_expires_in": LIFE, "access_token": self.token(
                    client.role)}

    def check_client(self, client, form, request):
        if client.secret is not None:
            if not hmac.compare_digest(form.get("client_secret", "").encode(),
                                       client.secret.encode()):
                raise Denied(401, "invalid_client", 7000215,
                             "Invalid client secret provided.")
            return
        if form.get("client_assertion_type") != ASSERTION:
            raise Denied(401, "invalid_client", 7000218, "The request body "
                         "must contain 'client_assertion' or "
                         "'client_secret'.")
        assertion = form.get("client_assertion", "")
        if client.path is not None:
            with open(client.path) as text:
                if assertion != text.read().strip():
                    raise Denied(401, "invalid_client", 70021, "No matching "
                                 "federated identity record found.")
            return
        try:
            self.check_assertion(client, form["client_id"], assertion, request)
        except Denied:
            raise
        except Refusal as refusal:
            raise Denied(401, "invalid_client", 700027, "Client assertion: "
                         + refusal.message) from None

    def check_assertion(self, client, name, text, request):
        token = jws.Jws(text, "the assertion")
        claims = token.claims()
        now = self.clock.now()
        token.verify(jws.certificate(client.der, "the client").public_key())
        if token.algorithm not in ("PS256", "RS256"):
            raise unauthorized("the algorithm is %s" % token.algorithm)
        thumbs = {"x5t": hashlib.sha1, "x5t#S256": hashlib.sha256}
        given = [thumb for thumb in thumbs if thumb in token.header]
        if not given or any(token.header[thumb] != base64url.encode(
                thumbs[thumb](client.der).digest()) for thumb in given):
            raise unauthorized("x5t is not that of the certificate")
        audience = "https://%s%s" % (request.headers.get("Host"),
                                     request.path)
        if claims.get("aud") != audience:
            raise unauthorized("aud is %s, not %s" % (claims.get("aud"),
                                                      audience))
        if claims.get("iss") != name or claims.get("sub") != name:
            raise unauthorized("iss and sub are not the client")
        if not claims.get("jti"):
            raise unauthorized("jti is missing")
        if not claims.get("nbf", now + 1) <= now < claims.get("exp", 0):
            raise Denied(401, "invalid_client", 700024, "Client assertion is "
                         "not within its valid time range.")

    # --- Who is shown one ---

    def check(self, request, role, service):
        text = request.headers.get("Authorization") or ""
        scheme, _, token = text.partition(" ")
        if not token:
            raise unauthorized("The request has no bearer token")
        signed, _, seal = token.rpartition(".")
        wanted = base64url.encode(hmac.new(
            self.key, signed.encode(), "sha256").digest())
        if scheme.lower() != "bearer" or not hmac.compare_digest(
                seal.encode(), wanted.encode()):
            raise unauthorized("The bearer token is not of this directory")
        claims = json.loads(base64.urlsafe_b64decode(
            signed.split(".")[1] + "==="))
        if claims["aud"] != RESOURCE:
            raise unauthorized("The bearer token is for %s" % claims["aud"])
        if claims["exp"] <= service.clock.now():
            raise unauthorized("The bearer token has expired")
        # A contributor is a reader, too.
        if role == "contributor" and "contributor" not in claims["roles"]:
            raise Refusal(403, "Forbidden", "The client is not an Attestation "
                          "Contributor")
