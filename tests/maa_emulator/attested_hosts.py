#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""attestctl host refresh, with a TPM (swtpm) and the programs for TPM and
network: what the service, which checks everything again, makes of what it is
told; reports of TPMs in either form, and machines of Azure, of which the gate
has the TPM prove that they are still what they were."""
import sys

sys.dont_write_bytecode = True

import json  # noqa: E402
import os  # noqa: E402
import shutil  # noqa: E402
import subprocess  # noqa: E402

import measured  # noqa: E402
from host import BOUND, MACHINE, RESTRICTED, Host  # noqa: E402
from running import (BUILD, Emulator, Tap, decoded, equal,  # noqa: E402
                     need, parts)

PROGRAM = os.path.join(BUILD or "", "tests", "maa_emulator", "attestctl")
SECRET = "8Q~a.secret-of-a-host_0123456789"
NV_INDEX = "0x01c101d0"
NV_ATTRIBUTES = "ownerread|ownerwrite|authread"
POLICY = """version=1.2;
configurationrules {
    => issueproperty(type="require_valid_aik_cert", value=false);
};
authorizationrules { => permit(); };
issuancerules {
    c:[type=="secureBootEnabled"] => issue(claim=c);
    c:[type=="aikValidated"] => issue(claim=c);
};
"""
tap = Tap()


class Attested:
    """A host with a TPM, its files, and what it is configured to."""

    def __init__(self):
        # Folders above that one belong to others, who may replace it.
        self.folder = os.path.join(BUILD, "tests", "maa_emulator",
                                   "attested.%d" % os.getpid())
        shutil.rmtree(self.folder, ignore_errors=True)
        os.mkdir(self.folder, 0o755)
        self.tpm = Host()
        self.log, self.paths = measured.tcg_log(
            self.tpm.events), self.tpm.paths
        self.tcg = self.write("tcg", self.log)
        self.ima = self.write("ima", measured.ima_log(self.paths))
        self.policy = self.write("policy", POLICY.encode())
        self.write("secret", SECRET.encode(), 0o600)
        self.token = self.at("token.jwt")

    def at(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, data, mode=0o644):
        with open(self.at(name), "wb") as out:
            out.write(data)
        os.chmod(self.at(name), mode)
        return self.at(name)

    def start(self, *options):
        emulator = Emulator(
            "--policy", "Tpm=" + self.policy, "--client",
            "host:" + SECRET + ":reader", *options)
        for name in ("ca.pem", "tls.pem"):
            os.chmod(os.path.join(emulator.folder, name), 0o644)
        emulator.save("/certs", "jwks.json")
        os.chmod(os.path.join(emulator.folder, "jwks.json"), 0o644)
        return emulator

    def configure(self, emulator, **changed):
        def theirs(name):
            return os.path.join(emulator.folder, name)
        options = {
            "host": "require", "host_issuer": emulator.endpoint,
            "host_token": self.token, "host_jwks": theirs("jwks.json"),
            "host_ca": theirs("ca.pem"), "host_same_boot": "no",
            "host_require": "/x-ms-policy/secureBootEnabled == true",
            "host_tcti": "swtpm:path=" + self.tpm.at("socket"),
            "host_aik": self.at("host.aik"), "host_key": self.at("host.key"),
            "host_tcg_log": self.tcg, "host_ima_log": self.ima,
            "maa_retries": "0", "maa_ca": theirs("tls.pem"),
            "maa_credential": "client-secret", "maa_tenant": "test-tenant",
            "maa_authority": emulator.endpoint, "maa_client_id": "host",
            "maa_secret": self.at("secret"), **changed}
        self.write("conf", "".join("%s = %s\n" % pair for pair in
                                   options.items() if pair[1]).encode())

    def run(self, *words):
        """(exit status, standard output, standard error)"""
        done = subprocess.run(
            [PROGRAM, "--config", self.at("conf")] + list(words),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
        said = done.stdout.decode(), done.stderr.decode()
        assert SECRET not in said[0] + said[1], "the secret is shown"
        return done.returncode, *said

    def attested(self, emulator, **changed):
        """The claims of a new token."""
        self.configure(emulator, **changed)
        before = self.read()
        status, out, error = self.run("host", "refresh", "--once")
        equal((status, error), (0, ""))
        assert self.read() != before, "it is the token of before"
        return parts(self.read())[1]

    def refused(self, emulator, *words, **changed):
        """With these words; and the token stays as it was."""
        self.configure(emulator, **changed)
        before = self.read()
        status, out, error = self.run("host", "refresh", "--once",
                                      "--verbose")
        equal(status, 1, error)
        for word in words:
            assert word in error, "%r is not in %s" % (word, error)
        equal(self.read(), before, "the token")

    def read(self):
        if not os.path.exists(self.token):
            return None
        with open(self.token) as text:
            return text.read()

    def status(self):
        """(verdict, code)"""
        said = json.loads(self.run("host", "status", "--json")[1])
        return said["verdict"], said["reason"] and said["reason"]["code"]

    def stop(self):
        self.tpm.stop()
        shutil.rmtree(self.folder)


def asked(emulator):
    """How many attestations were asked for since the last call."""
    with open(os.path.join(emulator.folder, "requests")) as lines:
        found = sum("/attest/" in line for line in lines)
    seen, emulator.seen = getattr(emulator, "seen", 0), found
    return found - seen


# --- Reports of a TPM ---

def new_host(host, emulator):
    claims = host.attested(emulator)
    equal(len(decoded(claims["rp_data"])), 32, "rp_data")
    info = claims["x-ms-tpm-request-key"]["info"]["tpm_certify"]
    equal(info["obj_attr"] & 0x32, 0x32, "the attributes of the key")
    equal(asked(emulator), 2, "requests")
    equal(host.status(), ("accepted", None))
    again = host.attested(emulator)
    equal(again["cnf"], claims["cnf"], "the key")
    assert again["rp_data"] != claims["rp_data"], "rp_data is the same"


def other_forms(host):
    """As the service documents it."""
    emulator = host.start("--bare-report")
    try:
        host.attested(emulator, maa_wrapped="no")
    finally:
        emulator.stop()


def cut(host, emulator):
    asked(emulator)
    path = host.write("cut", host.log[:-1])
    host.refused(emulator, "event-log: ", path, "event 18",
                 "host_tcg_log = none", host_tcg_log=path)
    equal(asked(emulator), 0, "requests")


def no_logs(host, emulator):
    host.refused(emulator, "host_tcg_log: /nowhere does not exist",
                 "is empty, so there is no IMA log",
                 "log does not lead to PCR", host_tcg_log="/nowhere",
                 host_ima_log=host.write("empty", b""))


def fewer_pcrs(host, emulator):
    host.refused(emulator, "maa-refused: ", "requires PCRs", "8 9",
                 maa_pcrs="0-7 10-23")


def longer_ima(host, emulator):
    """It goes on while its host is attested."""
    host.attested(emulator, host_ima_log=host.write(
        "longer", measured.ima_log(host.paths + ["/bin/later"])))


# --- Machines of Azure ---

def keep_certificate(tpm, authority):
    """Where a machine of Azure has that of its AK."""
    der = tpm.write("ak.der", tpm.certificate("aik", authority))
    try:
        tpm.run("nvundefine", NV_INDEX, "-C", "o")
    except RuntimeError:
        pass
    tpm.run("nvdefine", NV_INDEX, "-C", "o", "-s", "2048", "-a",
            NV_ATTRIBUTES)
    tpm.run("nvwrite", NV_INDEX, "-C", "o", "-i", der)


class Guest:
    def __init__(self, host):
        self.host = host
        for name in ("fleet", "stranger"):
            host.tpm.make_authority(name)
        host.tpm.create("aik", "rsa2048:rsassa-sha256:null",
                        BOUND + "|" + RESTRICTED)
        self.emulator = host.start("--aik-ca", host.tpm.at("fleet.pem"))
        self.how = {
            "maa_attestation": "azure-guest", "maa_credential": "none",
            "host_aik": "0x%x" % host.tpm.handles["aik"],
            "host_profile": "azurevm-trusted-launch", "host_require": ""}

    def attested(self, **changed):
        keep_certificate(self.host.tpm, "fleet")
        asked(self.emulator)
        claims = self.host.attested(self.emulator, **self.how, **changed)
        equal(asked(self.emulator), 1, "requests")
        equal(claims["x-ms-azurevm-attested-pcrs"], list(range(8)))
        equal(claims["x-ms-azurevm-vmid"], MACHINE.upper())
        equal(self.host.status(), ("accepted", None))

    def refused(self, *words, **changed):
        self.host.refused(self.emulator, *words, **{**self.how, **changed})

    def stranger(self):
        keep_certificate(self.host.tpm, "stranger")
        self.refused("maa-refused: ", "not of an authority")
        self.host.tpm.run("nvundefine", NV_INDEX, "-C", "o")
        self.refused("maa-refused: ", "of the AIK cannot be read")
        keep_certificate(self.host.tpm, "fleet")

    def report(self):
        """Of the same TPM: the certificate of the AIK goes along."""
        validated = "/x-ms-policy/aikValidated == true"
        self.host.attested(self.emulator, host_aik=self.how["host_aik"],
                           host_require=validated)
        equal(self.host.status(), ("accepted", None))
        self.host.refused(self.emulator, "token-claim: ",
                          host_require=validated)

    def no_aik(self):
        self.refused("host-aik-lost: ", host_aik="0x81000003")

    def other_answers(self):
        for fault, words in (("garbage", "JSON"), ("truncated", "maa-"),
                             ("503", "503")):
            self.emulator.control("faults", fault + "@/attest")
            self.host.configure(self.emulator, **self.how)
            before = self.host.read()
            status, _, error = self.host.run("host", "refresh", "--once")
            assert status in (1, 2) and words in error, (status, error)
            equal(self.host.read(), before, "the token")
        self.emulator.control("faults", "foreign@/attest")
        self.refused("token-issuer: ")
        self.emulator.control("faults")

    def changed(self):
        """What nobody logged is told here, and refused there; and the key of
        the token that is there is gone with the state that it is bound to."""
        self.attested()
        self.host.tpm.extend([(4, bytes(32))])
        self.refused("PCR 4 has not the value that the logs lead to",
                     "maa-refused: ", "log does not lead to PCR 4")
        equal(self.host.status()[0], "refused")


def changed_report(host, emulator):
    host.refused(emulator, "PCR 4 has not the value that the logs lead to",
                 "maa-refused: ", "log does not lead to PCR 4")


def main():
    need("swtpm", "tpm2_quote")
    if not os.access(PROGRAM, os.X_OK):
        print("1..0 # SKIP tests/maa_emulator/attestctl is not built")
        sys.exit(77)
    host = Attested()
    emulator = host.start()
    tap.check("a new host is attested, and again by the keys that it has",
              new_host, host, emulator)
    tap.check("messages that are not wrapped", other_forms, host)
    tap.check("a log that is cut is not sent", cut, host, emulator)
    tap.check("logs that are missing are told", no_logs, host, emulator)
    tap.check("PCRs that the policy wants", fewer_pcrs, host, emulator)
    tap.check("IMA may have gone on", longer_ima, host, emulator)
    guest = Guest(host)
    tap.check("a machine of Azure, and its gate", guest.attested)
    tap.check("its AK is vouched for by a stranger, or by nobody",
              guest.stranger)
    tap.check("a report by that AK, with its certificate", guest.report)
    tap.check("it has no AK", guest.no_aik)
    tap.check("answers that are none leave its token", guest.other_answers)
    tap.check("its PCRs have changed", guest.changed)
    tap.check("a report of PCRs that nobody logged", changed_report, host,
              emulator)
    guest.emulator.stop()
    emulator.stop()
    host.stop()
    tap.finish()


main()
