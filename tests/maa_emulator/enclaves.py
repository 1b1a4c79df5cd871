# SPDX-License-Identifier: BSD-2-Clause
"""/attest/SgxEnclave and /attest/OpenEnclave: a quote for a token."""
import hashlib

import base64url
import policies
import quotes
import shapes
from members import an_object, parsed, text
from refusal import invalid


def data_of(request, name):
    """(bytes, "Binary" or "JSON"), or (None, None)."""
    if request.get(name) is None:
        return None, None
    part = an_object(request[name], name)
    kind = part.get("dataType")
    if kind not in ("Binary", "JSON"):
        raise invalid("%s.dataType is neither Binary nor JSON" % name)
    return base64url.decode(part.get("data"), name + ".data"), kind


def held_data(request, enclave):
    """Data for which the enclave vouches: its hash is what was quoted."""
    held, kind = data_of(request, "runtimeData")
    if held is None:
        return {}
    wanted = hashlib.sha256(held).hexdigest()
    if enclave["report-data"][:64] != wanted:
        raise invalid("The hash of runtimeData is %s, the report data of the "
                      "quote begins with %s" % (
                          wanted, enclave["report-data"][:64]))
    if kind == "JSON":
        return {"x-ms-runtime": parsed(held, "runtimeData")}
    encoded = base64url.encode(held)
    return dict.fromkeys(("aas-ehd", "maa-ehd", "x-ms-sgx-ehd"), encoded)


def start_data(request, config):
    """That the configuration of the enclave has to be the hash, if it has
    one, is inferred."""
    held, kind = data_of(request, "initTimeData")
    if held is None:
        return {}
    if any(config) and config[:32] != hashlib.sha256(held).digest():
        raise invalid("The hash of initTimeData is not the configuration of "
                      "the enclave")
    if kind == "JSON":
        return {"x-ms-inittime": parsed(held, "initTimeData")}
    return {}


def collateral(quote):
    """The hash of the quote is true, the others are of no collateral."""
    looked_at = shapes.collateral()
    looked_at["quotehash"] = hashlib.sha256(quote).hexdigest()
    return looked_at


def attest(service, kind, request):
    member = "quote" if kind == "SgxEnclave" else "report"
    quote = base64url.decode(request.get(member), member)
    if member == "report":
        quote = quotes.of_report(quote)
    enclave, config = quotes.facts(quote)
    claims = shapes.sgx(enclave, collateral(quote))
    claims.update(held_data(request, enclave))
    claims.update(start_data(request, config))
    if request.get("nonce") is not None:
        claims["nonce"] = text(request["nonce"], "nonce")
    draft = request.get("draftPolicyForAttestation")
    policy = (policies.of_draft(draft) if draft is not None else
              service.policies.get(kind))
    issued = policy.apply(claims)
    claims.update(issued)
    claims["x-ms-policy"] = issued
    if draft is None:
        claims.update(policy.signer_claim())
    claims["x-ms-policy-hash"] = policy.hash()
    token = service.issue(claims, "enclave", unsecured=draft is not None)
    return {"token": token}
