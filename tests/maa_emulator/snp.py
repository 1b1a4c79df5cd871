# SPDX-License-Identifier: BSD-2-Clause
"""Reports of AMD SEV-SNP (firmware ABI, table 22) below a virtual machine.

The report is signed by the key of a processor (VCEK); the certificate that is
sent with it is believed, whoever issued it, so a test can stand in for one.
Its data is the hash of the runtime data, which names the AIK.
"""
import base64
import hashlib
import json
import struct

import base64url
import shapes
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from refusal import invalid

SIZE, SIGNED = 0x4a0, 0x2a0
DEBUG, MIGRATION, SMT = 1 << 19, 1 << 18, 1 << 16


def check(report, chain):
    if len(report) != SIZE:
        raise invalid("The SNP report has %d bytes" % len(report))
    try:
        key = x509.load_pem_x509_certificate(chain).public_key()
        r, s = (int.from_bytes(report[at:at + 72], "little")
                for at in (SIGNED, SIGNED + 72))
        key.verify(utils.encode_dss_signature(r, s), report[:SIGNED],
                   ec.ECDSA(hashes.SHA384()))
    except (ValueError, InvalidSignature, TypeError):
        raise invalid("The SNP report is not signed by its VCEK") from None


def facts(report):
    svn, policy = struct.unpack_from("<IQ", report, 4)
    vmpl, = struct.unpack_from("<I", report, 0x30)
    tcb = report[0x180:0x188]

    def part(at, size):
        return report[at:at + size].hex()
    found = {"authorkeydigest": part(0x110, 48), "bootloader-svn": tcb[0],
             "familyId": part(0x10, 16), "guestsvn": svn,
             "hostdata": part(0xc0, 32), "idkeydigest": part(0xe0, 48),
             "imageId": part(0x20, 16), "is-debuggable": bool(policy & DEBUG),
             "launchmeasurement": part(0x90, 48), "microcode-svn": tcb[7],
             "migration-allowed": bool(policy & MIGRATION),
             "reportdata": part(0x50, 64), "reportid": part(0x140, 32),
             "smt-allowed": bool(policy & SMT), "snpfw-svn": tcb[6],
             "tee-svn": tcb[1], "vmpl": vmpl}
    return {"x-ms-sevsnpvm-" + name: value for name, value in found.items()}


def isolation(evidence, aik):
    """The claim x-ms-isolation-tee; AIK is the key that quoted."""
    try:
        proof = json.loads(base64.b64decode(evidence["Proof"]))
        report = base64url.decode(proof["SnpReport"], "SnpReport")
        chain = base64.b64decode(proof["VcekCertChain"])
        runtime = base64.b64decode(evidence["RunTimeData"])
        told = json.loads(runtime)
        keys = {key["kid"]: key for key in told["keys"]}
        named = keys["HCLAkPub"]
    except (KeyError, TypeError, ValueError):
        raise invalid("The evidence of SevSnp is not whole") from None
    check(report, chain)
    if report[0x50:0x70] != hashlib.sha256(runtime).digest():
        raise invalid("The SNP report is not for this runtime data")
    if (named.get("n"), named.get("e")) != (aik["n"], aik["e"]):
        raise invalid("HCLAkPub is not the AIK")
    claims = shapes.isolation(aik, 0)
    claims["x-ms-runtime"] = told
    claims.update(facts(report))
    return claims
