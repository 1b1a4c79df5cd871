#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A host that has itself attested: a TPM (swtpm), the real programs for TPM
and network, and what attestctl makes its requests of (attest_host.c). The
service checks everything again; our own verdict on its tokens ends it."""
import sys

sys.dont_write_bytecode = True

import os  # noqa: E402
import subprocess  # noqa: E402

import measured  # noqa: E402
from host import Host  # noqa: E402
from running import (BUILD, Emulator, Tap, attestctl, decoded,  # noqa: E402
                     equal, judged, need, parts)

PROGRAM = os.path.join(BUILD or "", "tests", "maa_emulator", "attest_host")
SECRET = "8Q~a.secret-of-a-host_0123456789"
POLICY = """version=1.2;
configurationrules {
    => issueproperty(type="require_valid_aik_cert", value=false);
};
authorizationrules { => permit(); };
issuancerules { c:[type=="secureBootEnabled"] => issue(claim=c); };
"""
tap = Tap()


class Attested:
    def __init__(self):
        self.tpm = Host()
        os.chmod(self.tpm.folder, 0o755)
        self.tcg = self.tpm.write("tcg", measured.tcg_log(self.tpm.events))
        self.ima = self.tpm.write("ima", measured.ima_log(self.tpm.paths))
        with open(self.tpm.at("policy.txt"), "w") as out:
            out.write(POLICY)
        self.tpm.write("secret", SECRET.encode())
        os.chmod(self.tpm.at("secret"), 0o600)
        self.token = self.tpm.at("token.jwt")

    def start(self, *options):
        return Emulator("--policy", "Tpm=" + self.tpm.at("policy.txt"),
                        "--client", "host:" + SECRET + ":reader", *options)

    def ask(self, emulator, **changed):
        """(exit status, lines)"""
        options = {
            "maa_url": emulator.endpoint, "maa_retries": "0",
            "maa_ca": os.path.join(emulator.folder, "tls.pem"),
            "maa_credential": "client-secret", "maa_tenant": "test-tenant",
            "maa_authority": emulator.endpoint, "maa_client_id": "host",
            "maa_secret": self.tpm.at("secret"),
            "host_tcti": "swtpm:path=" + self.tpm.at("socket"),
            "host_aik": self.tpm.at("host.aik"),
            "host_key": self.tpm.at("host.key"),
            "host_tcg_log": self.tcg, "host_ima_log": self.ima, **changed}
        if os.path.exists(self.token):
            os.remove(self.token)
        done = subprocess.run(
            [PROGRAM, self.token] + ["%s=%s" % pair
                                     for pair in options.items()],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        text = done.stdout.decode()
        assert SECRET not in text, "the secret is shown"
        return done.returncode, text.splitlines()

    def attested(self, emulator, notes=(), **changed):
        status, lines = self.ask(emulator, **changed)
        equal((status, lines[-1:]), (0, ["attested"]), lines)
        equal(len(lines), 1 + len(notes), lines)
        for line, note in zip(lines, notes):
            assert note in line, lines
        with open(self.token) as text:
            return text.read()

    def refused(self, emulator, code, words, notes=(), **changed):
        status, lines = self.ask(emulator, **changed)
        equal(status, 1, lines)
        equal(len(lines), 1 + len(notes), lines)
        for line, note in zip(lines, notes):
            assert note in line, lines
        assert lines[-1].startswith(code + ": "), lines
        for word in words:
            assert word in lines[-1], "%r is not in %r" % (word, lines[-1])
        assert not os.path.exists(self.token)


def asked(emulator):
    """How many attestations were asked for since the last call."""
    with open(os.path.join(emulator.folder, "requests")) as lines:
        found = [line for line in lines if "/attest/" in line]
    seen = getattr(emulator, "seen", 0)
    emulator.seen = len(found)
    return len(found) - seen


def new_host(host, emulator):
    token = host.attested(emulator)
    claims = parts(token)[1]
    equal(len(decoded(claims["rp_data"])), 32, "rp_data")
    equal(claims["x-ms-policy"], {"secureBootEnabled": True})
    info = claims["x-ms-tpm-request-key"]["info"]["tpm_certify"]
    equal(info["obj_attr"] & 0x32, 0x32, "the attributes of the key")
    equal(asked(emulator), 2, "requests")
    equal(judged(emulator, token, "--ca", os.path.join(
        emulator.folder, "ca.pem"), "--require",
        "/x-ms-policy/secureBootEnabled == true"), None)
    host.key = claims["cnf"]["jwk"]


def same_host(host, emulator):
    """Its keys are those of before, and rp_data is not."""
    first = parts(host.attested(emulator))[1]
    second = parts(host.attested(emulator, maa_pcrs="0-23"))[1]
    equal(first["cnf"]["jwk"], host.key, "the key")
    equal(second["cnf"]["jwk"], host.key, "the key")
    assert first["rp_data"] != second["rp_data"], "rp_data is the same"


def other_forms(host):
    """As the service documents it."""
    emulator = host.start("--bare-report")
    try:
        host.attested(emulator, maa_wrapped="no")
    finally:
        emulator.stop()


def cut(host, emulator):
    """Before anything is sent."""
    asked(emulator)
    with open(host.tcg, "rb") as log:
        path = host.tpm.write("cut", log.read()[:-1])
    host.refused(emulator, "event-log", [path, "event 18", "host_tcg_log"],
                 host_tcg_log=path)
    equal(asked(emulator), 0, "requests")


def no_logs(host, emulator):
    host.refused(emulator, "maa-refused", ["log does not lead to PCR"],
                 ["host_tcg_log", "host_ima_log"], host_tcg_log="/nowhere",
                 host_ima_log=host.tpm.write("empty", b""))


def fewer_pcrs(host, emulator):
    host.refused(emulator, "maa-refused", ["requires PCRs", "8 9"],
                 maa_pcrs="0-7 10-23")


def longer_ima(host, emulator):
    """It goes on while its host is attested."""
    host.attested(emulator, host_ima_log=host.tpm.write(
        "longer", measured.ima_log(host.tpm.paths + ["/bin/later"])))


def guest(host, emulator):
    how = {"maa_attestation": "azure-guest", "maa_pcrs": "0-7",
           "maa_credential": "none", "host_ima_log": "none"}
    token = host.attested(emulator, **how)
    claims = parts(token)[1]
    equal(claims["x-ms-azurevm-attested-pcrs"], list(range(8)))
    equal(claims["x-ms-azurevm-osversion-major"], 12)
    equal(judged(emulator, token, "--jwks", emulator.save(
        "/certs", "jwks.json"), "--profile", "azurevm-trusted-launch"), None)


def changed(host, emulator):
    """What nobody logged is told here, and refused there."""
    host.tpm.extend([(4, bytes(32))])
    note = "note: PCR 4 has not the value that the logs lead to"
    host.refused(emulator, "maa-refused", ["log does not lead to PCR 4"],
                 [note])
    host.refused(emulator, "maa-refused", ["log does not lead to PCR 4"],
                 [note], maa_attestation="azure-guest", maa_pcrs="0-7")


def main():
    need("swtpm", "tpm2_quote")
    if not (attestctl() and os.access(PROGRAM, os.X_OK)):
        print("1..0 # SKIP attest_host is not built")
        sys.exit(77)
    host = Attested()
    emulator = host.start()
    tap.check("a new host is attested, and attestctl accepts the token",
              new_host, host, emulator)
    tap.check("and again, by the keys that it has", same_host, host, emulator)
    tap.check("messages that are not wrapped", other_forms, host)
    tap.check("a log that is cut is not sent", cut, host, emulator)
    tap.check("logs that are missing are told", no_logs, host, emulator)
    tap.check("PCRs that the policy wants", fewer_pcrs, host, emulator)
    tap.check("IMA may have gone on", longer_ima, host, emulator)
    tap.check("a machine of Azure", guest, host, emulator)
    tap.check("a PCR that nobody logged", changed, host, emulator)
    emulator.stop()
    host.tpm.stop()
    tap.finish()


main()
