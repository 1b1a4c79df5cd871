# SPDX-License-Identifier: BSD-2-Clause
"""What a machine asks the platform below it, over plain HTTP: who it is, and
for a token in its own name. Three platforms answer, each at its own path or
with its own api-version:

    IMDS          GET /metadata/identity/oauth2/token?api-version=2018-02-01
                  with Metadata: true
    Azure Arc     the same with 2019-11-01 or 2020-06-01; first it says 401,
                  and which file only a privileged caller can read
    App Service   GET /msi/token?api-version=2019-08-01 with X-IDENTITY-HEADER
"""
import hmac
import os

from refusal import Refusal
from signing import compact

IMDS, ARC, APP = ("2018-02-01",), ("2019-11-01", "2020-06-01"), ("2019-08-01",)


class Unmet(Refusal):
    """An error as IMDS words it."""

    def __init__(self, status, error, text, headers=()):
        super().__init__(status, error, text, headers)

    def body(self):
        return compact({"error": self.code,
                        "error_description": self.message})


class Identity:
    def __init__(self, directory, numbers, folder, role="reader"):
        self.directory, self.role = directory, role
        # The secrets by which a caller shows that it may ask.
        self.header = numbers.draw(16).hex()
        self.path = os.path.join(folder, "arc", "challenge.key")
        self.secret = numbers.draw(32).hex()
        self.realm = ""  # what it wants to be shown instead
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        with open(self.path, "w") as out:
            out.write(self.secret)

    def answer(self, request):
        if request.path == "/metadata/identity/oauth2/token":
            return self.metadata(request)
        if request.path == "/msi/token":
            return self.service(request)
        if request.path == "/metadata/instance":
            self.need_metadata(request)
            return {"compute": {
                "name": "test", "osType": "Linux",
                "vmId": "0f1e2d3c-4b5a-4968-8776-655443322110"}}
        raise Unmet(404, "not_found", "There is no %s" % request.path)

    @staticmethod
    def need_metadata(request):
        if (request.headers.get("Metadata") or "").lower() != "true":
            raise Unmet(400, "invalid_request",
                        "Required metadata header not specified")

    @staticmethod
    def need_version(request, versions):
        if request.first("api-version") not in versions:
            raise Unmet(400, "invalid_request", "The api-version '%s' is not "
                        "known" % request.first("api-version"))

    def metadata(self, request):
        self.need_metadata(request)
        self.need_version(request, IMDS + ARC)
        if request.first("api-version") in ARC:
            self.need_secret(request)
        named = [name for name in ("client_id", "object_id", "msi_res_id",
                                   "mi_res_id") if name in request.query]
        if len(named) > 1:
            raise Unmet(400, "invalid_request", "More than one identity was "
                        "named")
        return self.token(request)

    def need_secret(self, request):
        given = request.headers.get("Authorization") or ""
        if not hmac.compare_digest(given.encode(),
                                   ("Basic " + self.secret).encode()):
            raise Unmet(401, "unauthorized", "The secret of the file is "
                        "missing", [("WWW-Authenticate",
                                     "Basic realm=" + (
                                         self.realm or self.path))])

    def service(self, request):
        self.need_version(request, APP)
        given = request.headers.get("X-IDENTITY-HEADER") or ""
        if not hmac.compare_digest(given.encode(), self.header.encode()):
            raise Unmet(400, "invalid_request", "X-IDENTITY-HEADER is not "
                        "that of this application")
        return self.token(request)

    def token(self, request):
        """Numbers are strings, which a client has to know."""
        resource = request.first("resource")
        if not resource:
            raise Unmet(400, "invalid_resource", "Resource is missing")
        now = self.directory.clock.now()
        return {"access_token": self.directory.token(self.role, resource),
                "client_id": "00000000-0000-0000-0000-00000000000a",
                "expires_in": "3599", "expires_on": str(now + 3599),
                "ext_expires_in": "3599", "not_before": str(now),
                "resource": resource, "token_type": "Bearer"}
