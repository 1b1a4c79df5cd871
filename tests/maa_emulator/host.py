# SPDX-License-Identifier: BSD-2-Clause
"""A host with a TPM of its own: swtpm, driven by tpm2-tools as a client would
drive a TPM, and the requests that it makes of what the TPM says."""
import base64
import ctypes
import functools
import json
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import time

import measured
from running import decoded, unpadded

RESTRICTED = "restricted|sign|userwithauth|noda"
BOUND = "fixedtpm|fixedparent|sensitivedataorigin"
ALL = list(range(24))
MACHINE = "0a1b2c3d-0000-4000-8000-0123456789ab"


def end_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Host:
    def __init__(self, secure_boot=True, paths=("boot_aggregate", "/bin/sh")):
        self.folder = tempfile.mkdtemp(prefix="att-host.")
        self.events, self.paths = measured.boot(secure_boot), list(paths)
        socket = self.at("socket")
        self.process = subprocess.Popen([
            "swtpm", "socket", "--tpm2", "--tpmstate", "dir=" + self.folder,
            "--server", "type=unixio,path=" + socket, "--ctrl",
            "type=unixio,path=" + socket + ".ctrl", "--flags",
            "not-need-init,startup-clear"], stderr=subprocess.DEVNULL,
            preexec_fn=end_with_parent)
        self.environment = dict(os.environ,
                                TPM2TOOLS_TCTI="swtpm:path=" + socket)
        while not os.path.exists(socket + ".ctrl"):
            time.sleep(0.01)
        self.extend(measured.extensions(self.events, self.paths))
        self.run("createprimary", "-C", "o", "-G", "ecc", "-c",
                 self.at("storage.ctx"))
        self.handles = {}

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)

    def at(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.at(name), "rb") as data:
            return data.read()

    def write(self, name, data):
        with open(self.at(name), "wb") as out:
            out.write(data)
        return self.at(name)

    def run_alone(self, command, *words):
        done = subprocess.run(["tpm2_" + command] + list(words),
                              env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        if done.returncode != 0:
            raise RuntimeError("tpm2_%s %s: %s" % (
                command, " ".join(words), done.stderr.decode()))

    def run(self, command, *words):
        self.run_alone(command, *words)
        if command in ("createprimary", "create", "import", "load",
                       "evictcontrol"):
            # These leave objects behind, for which swtpm has little room.
            self.run_alone("flushcontext", "-t")

    def extend(self, values):
        self.run("pcrextend", *["%d:sha256=%s" % (index, value.hex())
                                for index, value in values])

    # --- Keys ---

    def keep(self, name, *extra):
        """At a handle that stays, so that any command can name it."""
        self.run("load", "-C", self.at("storage.ctx"), "-u",
                 self.at(name + ".pub"), "-r", self.at(name + ".priv"), "-c",
                 self.at(name + ".ctx"), *extra)
        handle = 0x81010001 + len(self.handles)
        self.run("evictcontrol", "-C", "o", "-c", self.at(name + ".ctx"),
                 "0x%x" % handle)
        self.run("readpublic", "-c", "0x%x" % handle, "-f", "pem", "-o",
                 self.at(name + ".pem"))
        self.handles[name] = handle

    def bring(self, name, algorithm, attributes):
        """A key that software made, which takes much less time."""
        subprocess.run(["openssl", "genrsa", "-traditional", "-out",
                        self.at(name + ".rsa"), "2048"], check=True,
                       stderr=subprocess.DEVNULL)
        self.run("import", "-C", self.at("storage.ctx"), "-G", algorithm,
                 "-a", attributes, "-i", self.at(name + ".rsa"), "-u",
                 self.at(name + ".pub"), "-r", self.at(name + ".priv"))
        self.keep(name)

    def create(self, name, algorithm, attributes):
        self.run("create", "-C", self.at("storage.ctx"), "-G", algorithm,
                 "-a", attributes, "-u", self.at(name + ".pub"), "-r",
                 self.at(name + ".priv"))
        self.keep(name)

    def make_aik(self, name):
        self.bring(name, "rsa2048:rsassa-sha256:null", RESTRICTED)

    def make_request_key(self, name):
        """The only one that is born in the TPM."""
        self.create(name, "rsa2048:rsapss-sha256:null",
                    BOUND + "|sign|userwithauth|noda")

    @functools.lru_cache(maxsize=None)
    def jwk(self, name):
        modulus = subprocess.run(
            ["openssl", "rsa", "-pubin", "-in", self.at(name + ".pem"),
             "-noout", "-modulus"], check=True,
            stdout=subprocess.PIPE).stdout.decode().strip().split("=")[1]
        return {"kty": "RSA", "n": unpadded(bytes.fromhex(modulus)),
                "e": "AQAB"}

    def public(self, name):
        """TPMT_PUBLIC: without the size that is before it."""
        return self.read(name + ".pub")[2:]

    # --- Certificates of AIKs ---

    def make_authority(self, name):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name,
             "-keyout", self.at(name + ".ca"), "-out",
             self.at(name + ".pem")], check=True, stderr=subprocess.DEVNULL)

    def certificate(self, name, ca="fleet"):
        """DER; the request is signed by who can sign it."""
        request = subprocess.run(
            ["openssl", "req", "-new", "-key", self.at(ca + ".ca"), "-subj",
             "/CN=%s.TrustedVM.Azure.windows.net" % MACHINE], check=True,
            stdout=subprocess.PIPE).stdout
        return subprocess.run(
            ["openssl", "x509", "-req", "-force_pubkey",
             self.at(name + ".pem"), "-CA", self.at(ca + ".pem"), "-CAkey",
             self.at(ca + ".ca"), "-outform", "DER"], check=True,
            input=request, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL).stdout

    # --- What the TPM says ---

    def quote(self, aik, extra, pcrs=None):
        self.run("quote", "-c", "0x%x" % self.handles[aik], "-l", "sha256:" +
                 ",".join(map(str, pcrs or ALL)), "-g", "sha256", "-m",
                 self.at("quote"), "-s", self.at("signature"), "-o",
                 self.at("pcrs"), "-F", "values",
                 *(["-q", extra.hex()] if extra else []))
        values = self.read("pcrs")
        digests = [values[at:at + 32] for at in range(0, len(values), 32)]
        return self.read("quote"), self.read("signature"), list(
            zip(pcrs or ALL, digests))

    def certify(self, name, aik, extra):
        """TPM2_Certify (part 3, 18.2): the tool has no qualifying data."""
        empty = struct.pack(">IHBH", 0x40000009, 0, 0, 0)
        body = struct.pack(">III", self.handles[name], self.handles[aik],
                           2 * len(empty)) + empty + empty + struct.pack(
                               ">H", len(extra)) + extra + struct.pack(
                                   ">H", 0x0010)
        command = struct.pack(">HII", 0x8002, 10 + len(body), 0x148) + body
        self.run("send", "-o", self.at("answer"),
                 self.write("command", command))
        answer = self.read("answer")
        code, = struct.unpack_from(">I", answer, 6)
        if code:
            raise RuntimeError("TPM2_Certify: 0x%x" % code)
        size, = struct.unpack_from(">H", answer, 14)
        end, = struct.unpack_from(">I", answer, 10)
        return answer[16:16 + size], answer[16 + size:14 + end]

    def sign(self, name, text):
        self.run("sign", "-c", "0x%x" % self.handles[name], "-g", "sha256",
                 "-s", "rsapss", "-f", "plain", "-o", self.at("signed"),
                 self.write("text", text))
        return self.read("signed")

    # --- A key for answers, bound to PCRs until the next start ---

    def session(self, kind, pcrs, *words):
        """A session with TPM2_PolicyPCR, for one more command."""
        self.run("startauthsession", "-S", self.at("session"), *kind)
        self.run("policypcr", "-S", self.at("session"), "-l", "sha256:" +
                 ",".join(map(str, pcrs)), *words)

    def make_ephemeral(self, aik, pcrs):
        """(TPM2B_PUBLIC, certification, its signature): a primary key of the
        null hierarchy, certified while it is loaded."""
        self.session((), pcrs, "-L", self.at("policy"))
        self.run("flushcontext", self.at("session"))
        self.run_alone("createprimary", "-C", "n", "-G", "rsa2048:null:null",
                       "-a", BOUND + "|decrypt|noda", "-L", self.at("policy"),
                       "-c", self.at("ephemeral.ctx"))
        self.handles["ephemeral"] = 0x80000000
        text, signature = self.certify("ephemeral", aik, b"")
        self.run_alone("readpublic", "-c", "0x80000000", "-o",
                       self.at("ephemeral.pub"))
        self.run_alone("flushcontext", "-t")
        return self.read("ephemeral.pub"), text, signature

    def decrypt(self, text, pcrs):
        """RSAES, with what the PCRs are now."""
        self.session(("--policy-session",), pcrs)
        try:
            self.run_alone("rsadecrypt", "-c", self.at("ephemeral.ctx"), "-p",
                           "session:" + self.at("session"), "-s", "rsaes",
                           "-o", self.at("plain"),
                           self.write("sealed", text))
        finally:
            self.run_alone("flushcontext", "-t")
            self.run("flushcontext", self.at("session"))
        return self.read("plain")

    def guest(self, aik="aik", pcrs=range(8)):
        """AttestationInfo of a machine with Trusted Launch."""
        pcrs = list(pcrs)
        key, certification, certified = self.make_ephemeral(aik, pcrs)
        quote, signature, values = self.quote(aik, b"", pcrs)
        return {
            "AttestationProtocolVersion": "2.0",
            "OSType": self.padded(b"Linux"),
            "OSDistro": self.padded(b"Debian"),
            "OSBuild": self.padded(b"NotApplication"),
            "OSVersionMajor": 12, "OSVersionMinor": 5,
            "TcgLogs": self.padded(measured.tcg_log(self.events)),
            "ClientPayload": {"nonce": self.padded(b"a nonce")},
            "TpmInfo": {
                "AikCert": "", "AikPub": self.padded(self.read(aik + ".pub")),
                "PcrQuote": self.padded(quote),
                "PcrSignature": self.padded(signature[6:]),
                "EncKeyPub": self.padded(key),
                "EncKeyCertifyInfo": self.padded(certification),
                "EncKeyCertifyInfoSignature": self.padded(certified[6:]),
                "PcrSet": pcrs,
                "PCRs": [{"Index": index, "Digest": self.padded(value)}
                         for index, value in values]},
            "IsolationInfo": {"Type": "TrustedLaunch"}}

    # --- A request of version 2 ---

    def certified(self, name, aik, challenge):
        text, signature = self.certify(name, aik, challenge)
        return {"jwk": self.jwk(name), "info": {"tpm_certify": {
            "public": unpadded(self.public(name)),
            "certification": unpadded(text),
            "signature": unpadded(signature)}}}

    def logs(self):
        return [{"type": "TCG", "log": unpadded(
                    measured.tcg_log(self.events))},
                {"type": "IMA", "log": unpadded(
                    measured.ima_log(self.paths))}]

    def data(self, said, aik="aik", key="request", pcrs=None):
        """att_data, for the answer to the first message."""
        challenge = decoded(said["challenge"])
        request_key = self.certified(key, aik, challenge)
        quote, signature, values = self.quote(aik, challenge, pcrs)
        return {
            "rp_id": "https://rp.example", "rp_data": unpadded(b"a nonce"),
            "challenge": said["challenge"],
            "service_context": said["service_context"],
            "tpm_att_data": {"current_attestation": {
                "logs": self.logs(), "aik_pub": self.jwk(aik),
                "pcrs": [{"algorithm": 11, "values": [
                    {"index": index, "digest": unpadded(value)}
                    for index, value in values]}],
                "quote": unpadded(quote), "signature": unpadded(signature)}},
            "request_key": request_key}

    def jws(self, data, key="request", header=None):
        text = ".".join(unpadded(part.encode()) for part in (
            json.dumps(header or {"alg": "PS256", "typ": "attReqV2"}),
            data if isinstance(data, str) else
            json.dumps({"att_type": "basic", "att_data": data})))
        return text + "." + unpadded(self.sign(key, text.encode()))

    def padded(self, raw):
        return base64.b64encode(raw).decode()
