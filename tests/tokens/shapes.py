# SPDX-License-Identifier: BSD-2-Clause
"""The claims of host tokens, with the names and types that the real ones have
(selftest.sh compares them). For token.py and for the emulator of the service.
"""
import base64
import hashlib

from authority import base64url, policy_hash


def digits(count, seed):
    return hashlib.sha512(seed.encode()).hexdigest()[:count].ljust(count, "0")


def named_key(key, name):
    return {"e": key["e"], "key_ops": ["encrypt"], "kid": name, "kty": "RSA",
            "n": key["n"]}


def isolation(key, now):
    vm = "0F1E2D3C-4B5A-4968-8776-655443322110"
    claims = {
        "x-ms-attestation-type": "sevsnpvm",
        "x-ms-compliance-status": "azure-compliant-cvm",
        "x-ms-runtime": {
            "keys": [named_key(key, "HCLAkPub")],
            "vm-configuration": {
                "console-enabled": True, "current-time": now,
                "secure-boot": True, "tpm-enabled": True, "vmUniqueId": vm}}}
    return dict(claims, **sevsnp())


def sevsnp():
    name = "x-ms-sevsnpvm-"
    claims = {name + "authorkeydigest": "0" * 96,
              name + "familyId": "01" + "0" * 30,
              name + "hostdata": "0" * 64,
              name + "idkeydigest": digits(96, "id"),
              name + "imageId": "02" + "0" * 30,
              name + "is-debuggable": False,
              name + "launchmeasurement": digits(96, "launch"),
              name + "migration-allowed": False,
              name + "reportdata": digits(128, "report"),
              name + "reportid": digits(64, "number"),
              name + "smt-allowed": True}
    for part, number in (("bootloader-svn", 3), ("guestsvn", 2),
                         ("microcode-svn", 115), ("snpfw-svn", 8),
                         ("tee-svn", 0), ("vmpl", 0)):
        claims[name + part] = number
    return claims


def azurevm(pcrs, ephemeral):
    name = "x-ms-azurevm-"
    claims = {
        "secureboot": True, "x-ms-attestation-type": "azurevm",
        name + "attestation-protocol-ver": "2.0",
        name + "attested-pcrs": pcrs}
    for part in ("dbvalidated", "dbxvalidated", "debuggersdisabled",
                 "default-securebootkeysvalidated", "signingdisabled"):
        claims[name + part] = True
    for part in ("bootdebug-enabled", "elam-enabled", "flightsigning-enabled",
                 "hypervisordebug-enabled", "is-windows",
                 "kerneldebug-enabled", "testsigning-enabled"):
        claims[name + part] = False
    claims.update({
        name + "hvci-policy": 0, name + "osbuild": "NotApplication",
        name + "osdistro": "Debian", name + "ostype": "Linux",
        name + "osversion-major": 12, name + "osversion-minor": 0,
        name + "vmid": "0F1E2D3C-4B5A-4968-8776-655443322110"})
    claims["x-ms-runtime"] = {
        "client-payload": {"nonce": base64.b64encode(b"4711").decode()},
        "keys": [named_key(ephemeral, "TpmEphemeralEncryptionKey")]}
    return claims


# What the quote of an enclave says, where no quote is at hand.
ENCLAVE = {"is-debuggable": True, "product-id": 1, "svn": 1,
           "mrenclave": digits(64, "enclave"),
           "mrsigner": digits(64, "signer"),
           "report-data": digits(128, "data")}


def collateral():
    return {part: digits(64, part) for part in (
        "qeidcertshash", "qeidcrlhash", "qeidhash", "quotehash",
        "tcbinfocertshash", "tcbinfocrlhash", "tcbinfohash")}


def sgx(enclave, looked_at):
    """What is always told, whatever the policy is."""
    claims = {"maa-attestationcollateral": looked_at,
              "x-ms-attestation-type": "sgx",
              "x-ms-sgx-collateral": looked_at}
    claims.update(("x-ms-sgx-" + name, value)
                  for name, value in enclave.items())
    return claims


def sgx_issued(enclave):
    """What the default policy adds: the same, by older names."""
    return {"is-debuggable": enclave["is-debuggable"],
            "product-id": enclave["product-id"],
            "sgx-mrenclave": enclave["mrenclave"],
            "sgx-mrsigner": enclave["mrsigner"],
            "svn": enclave["svn"], "tee": "sgx"}


def tpm(key, info, nonce):
    return {"ver": "1.0", "rp_data": nonce, "nonce": nonce,
            "cnf": {"jwk": key},
            "x-ms-tpm-request-key": {"jwk": key, "info": info}}


def tpm_issued():
    """What the author of a policy chose."""
    return {"aikValidated": True, "secureBootEnabled": True,
            "bootDebuggingDisabled": False, "notSafeMode": True,
            "notWinPE": True, "tpmVersion": 2, "kernelVersions": ["6.1.0"],
            "platformKey": base64url(b"a platform key of a test")}


def policy():
    return {"x-ms-policy-result": "Updated",
            "x-ms-policy-token-hash": policy_hash("a policy of a test")}
