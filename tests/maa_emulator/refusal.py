# SPDX-License-Identifier: BSD-2-Clause
"""What the service says when it refuses.

The body is {"error": {"code", "message", "innererror": {the same}}}. Codes
and the texts of the functions below are those of recorded answers; where
none was recorded the text is the emulator's own, and says what it found.
"""
import json


class Refusal(Exception):
    """Ends a request: status, code and message of the answer."""

    def __init__(self, status, code, message, headers=()):
        super().__init__(message)
        self.status, self.code = status, code
        self.message, self.headers = message, list(headers)

    def body(self):
        error = {"code": self.code, "message": self.message}
        return json.dumps({"error": dict(error, innererror=error)},
                          separators=(",", ":")).encode()


def invalid(message):
    return Refusal(400, "InvalidParameter", message)


def malformed_policy(message):
    return Refusal(400, "PolicyParsingError", message)


def policy_denies(message):
    return Refusal(400, "PolicyEvaluationError", message)


def unauthorized(message):
    return Refusal(401, "Unauthorized", message, [
        ("WWW-Authenticate", 'Bearer resource="https://attest.azure.net"')])


def no_tpm_policy():
    """Told already to the first of the two messages."""
    return Refusal(400, "InvalidOperation", "A VBS attestation policy has not "
                   "been set on the attestation provider.")


def not_isolated(operation):
    """Recorded for "Add"; that "Remove" is worded alike is inferred."""
    return Refusal(
        400, "InvalidOperation", "Attestation Enclave operation failed with "
        "65530: RETURN_IF_TRUE('(GetPolicyRootCertificates().empty())') "
        "failed with 0xfffa:The operation is disallowed.\r\n"
        "RETURN_IF_ERROR('pEnclave->%sPolicyManagementCertificate( "
        "clientApiVersion, policyManagementCertBuffer, *suppliedClaims, "
        "policyCertificates)') failed with 0xfffa: 'The operation is "
        "disallowed'\r\n" % operation)
