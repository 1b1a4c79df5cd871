#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The client of the service and the fetcher, on the wire: recorded answers of
the real service are served again, and the requests for them compared; enclaves
are attested by the emulator; and servers, proxies and platforms do what they
should not."""
import sys

sys.dont_write_bytecode = True

import gzip  # noqa: E402
import http.server  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import re  # noqa: E402
import select  # noqa: E402
import shutil  # noqa: E402
import socket  # noqa: E402
import ssl  # noqa: E402
import subprocess  # noqa: E402
import tempfile  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
import urllib.parse  # noqa: E402
import warnings  # noqa: E402

from running import (BUILD, VECTORS, Emulator, Tap, decoded,  # noqa: E402
                     equal, parts)

PROGRAM = os.path.join(BUILD or "", "tests", "maa_emulator", "client")
FOLDER = os.path.join(VECTORS, "recordings")
UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                  "[0-9a-f]{12}")
SECRET = "Bearer secret-of-the-test"
tap = Tap()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, status, headers=(), body=b"", length=True):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if length:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        self.server.asked.append(self)
        self.server.answer(self)

    do_GET = do_POST = do_PUT = answer


class Server(http.server.ThreadingHTTPServer):
    """answer is a function of the handler; asked has all of them."""
    daemon_threads = True

    def __init__(self, context=None, address=("127.0.0.1", 0)):
        super().__init__(address, Handler)
        self.asked, self.answer = [], lambda handler: handler.send(200)
        self.port = self.server_address[1]
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True,
                                              do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass


class Proxy:
    """A tunnel; asked has what came before it."""

    def __init__(self, context=None, status=b"200 Connection established"):
        self.context, self.status, self.asked = context, status, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client = self.listener.accept()[0]
            threading.Thread(target=self.tunnel, args=(client,),
                             daemon=True).start()

    def tunnel(self, client):
        if self.context:
            try:
                client = self.context.wrap_socket(client, server_side=True)
            except OSError:
                return client.close()
        head = b""
        while b"\r\n\r\n" not in head:
            part = client.recv(4096)
            if not part:
                return
            head += part
        self.asked.append(head.decode())
        client.sendall(b"HTTP/1.1 %s\r\n\r\n" % self.status)
        if not self.status.startswith(b"200"):
            return client.close()
        port = int(head.split(b" ")[1].rpartition(b":")[2])
        server = socket.create_connection(("127.0.0.1", port))
        pair = {client: server, server: client}
        while True:
            ready = list(pair) if self.context and client.pending() else \
                select.select(list(pair), [], [], 10)[0]
            for end in ready:
                end.settimeout(0.05)
                try:
                    data = end.recv(65536)
                except (TimeoutError, ssl.SSLWantReadError):
                    continue
                except OSError:
                    data = b""
                if not data:
                    client.close()
                    return server.close()
                pair[end].sendall(data)


class Bench:
    """What the tests need: certificates, and the program."""

    def __init__(self):
        self.emulator = Emulator()
        self.ca = os.path.join(self.emulator.folder, "tls.pem")
        self.context = self.tls()
        self.server = Server(self.context)
        self.url = "https://localhost:%d" % self.server.port
        self.files = tempfile.mkdtemp(prefix="att-exchanges.")

    def tls(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(
            os.path.join(self.emulator.folder, "localhost.pem"),
            os.path.join(self.emulator.folder, "localhost.key"))
        return context

    def file(self, content):
        descriptor, path = tempfile.mkstemp(dir=self.files)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
        return path

    def run(self, operation, sent="-", **options):
        """(exit status, bytes of output)"""
        options = {"maa_url": self.url, "maa_ca": self.ca, "maa_retries": "0",
                   "maa_timeout": "20s", **options}
        words = ["%s=%s" % pair for pair in options.items()
                 if pair[0] != "header"]
        words += ["header=" + one for one in options.get("header", ())]
        done = subprocess.run([PROGRAM, operation, sent] + words,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=90)
        equal(done.stderr, b"")
        return done.returncode, done.stdout

    def exchange(self, **options):
        """(status, {kept header}, body) or the words of a failure"""
        status, out = self.run("exchange", **{"url": self.url + "/",
                                              **options})
        if status:
            return out.decode().split("\n")[0]
        fields = out.split(b"|", 8)
        return int(fields[0]), [field.decode() for field in fields[1:8]], \
            fields[8]

    def close(self):
        self.emulator.stop()
        shutil.rmtree(self.files)


# --- Recordings --------------------------------------------------------------

def recorded():
    """Each exchange, with the file it is in."""
    for name in sorted(os.listdir(FOLDER)):
        with open(os.path.join(FOLDER, name)) as text:
            for call in json.load(text)["networkCallRecords"]:
                yield name, call


def serve_recorded(response):
    skipped = ("content-length", "transfer-encoding", "date", "server")
    headers = [(name, value) for name, value in response.items()
               if name.islower() and name not in skipped]
    body = response["BODY"].encode()

    def answer(handler):
        if "transfer-encoding" not in response:
            return handler.send(int(response["STATUS_CODE"]), headers, body)
        headers.append(("Transfer-Encoding", "chunked"))
        handler.send(int(response["STATUS_CODE"]), headers, b"", False)
        half = len(body) // 2
        for part in (body[:half], body[half:], b""):
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
    return answer


OPERATIONS = {
    "/certs": ("signers", None),
    "/.well-known/openid-configuration": ("metadata", None),
    "/attest/OpenEnclave": ("open-enclave", "report"),
    "/attest/SgxEnclave": ("sgx", "quote"),
    "/attest/Tpm": ("tpm", "data"),
}


def check_request(bench, call, member, sent):
    handler = bench.server.asked[-1]
    wanted = urllib.parse.urlsplit(call["Url"])
    equal(handler.command, call["Method"], "the method")
    equal(handler.path, wanted.path +
          ("?" + wanted.query if wanted.query else ""), "path and query")
    assert UUID.fullmatch(handler.headers["x-ms-client-request-id"])
    assert handler.headers["User-Agent"].startswith("pam_attest/")
    equal(handler.headers["Accept-Encoding"], None)
    equal(handler.headers["Expect"], None)
    if member is None:
        equal(handler.body, b"")
        return
    equal(handler.headers["Content-Type"], call["Headers"]["content-type"])
    body = json.loads(handler.body)
    equal(list(body), [member], "the members of the body")
    equal(decoded(body[member]), sent)
    assert "=" not in body[member]


def check_output(operation, out, answer):
    if operation == "signers":
        equal(out.decode(), answer)
    elif operation == "metadata":
        equal(json.loads(out), json.loads(answer))
    elif operation == "tpm":
        equal(out, decoded(json.loads(answer)["data"]))
        assert "challenge" in json.loads(out)["payload"]
    else:
        equal(out.rstrip(b"\0").decode(), json.loads(answer)["token"])


def replay(bench, call):
    path = urllib.parse.urlsplit(call["Url"]).path
    operation, member = OPERATIONS[path]
    sent = b'{"payload":{"type":"aikcert"}}'
    bench.server.answer = serve_recorded(call["Response"])
    status, out = bench.run(operation, bench.file(sent))
    equal(status, 0, out)
    check_request(bench, call, member, sent)
    check_output(operation, out, call["Response"]["BODY"])


def replay_error(bench, call):
    """Of an operation that is not ours: the answer to one that is."""
    wanted = json.loads(call["Response"]["BODY"])["error"]
    bench.server.answer = serve_recorded(call["Response"])
    for operation in ("tpm", "signers", "open-enclave"):
        status, out = bench.run(operation, bench.file(b"{}"))
        equal(status, 1)
        line, said = out.decode().split("\n")
        said = json.loads(said)
        equal((said["status"], said["code"], said["request"]),
              (int(call["Response"]["STATUS_CODE"]), wanted["code"],
               call["Response"]["x-ms-request-id"]))
        message = " ".join(wanted["message"].split())
        # Cut to the room there is, with "..." for the rest.
        equal(said["message"][:200], message[:200])
        assert line.startswith("maa-refused: "), line
        for part in (wanted["code"], message[:60], said["request"]):
            assert part in line, (part, line)


def recordings(bench):
    if not os.path.isdir(FOLDER):
        return tap.skip("recorded exchanges", "no " + FOLDER)
    asked, errors, others = 0, 0, 0
    for name, call in recorded():
        path = urllib.parse.urlsplit(call["Url"]).path
        title = "%s %s (%s)" % (call["Method"], path, name.split(".")[1])
        if call["Response"]["STATUS_CODE"] != "200":
            errors += 1
            tap.check("the error of " + title, replay_error, bench, call)
        elif path in OPERATIONS:
            asked += 1
            tap.check("recorded: " + title, replay, bench, call)
        else:
            others += 1
    return tap.say(asked >= 8 and errors >= 1,
                   "%d recorded exchanges and %d errors were served again "
                   "(%d are not of ours)" % (asked, errors, others))


# --- Enclaves ----------------------------------------------------------------

def attest(bench, kind, **options):
    """(header, claims) of the token"""
    data = bench.file(b"data of an enclave")
    evidence = bench.file(bench.emulator.evidence(
        "quote" if kind == "sgx" else "report", data))
    status, out = bench.run(kind, evidence, maa_url=bench.emulator.endpoint,
                            **options)
    equal(status, 0, out)
    return parts(out.rstrip(b"\0").decode())


def enclaves(bench, kind):
    _, claims = attest(bench, kind)
    equal(claims["iss"], bench.emulator.endpoint)
    equal(claims["x-ms-attestation-type"], "sgx")
    _, claims = attest(bench, kind, nonce="a nonce",
                       runtime=bench.file(b"data of an enclave"))
    equal(claims["nonce"], "a nonce")
    equal(decoded(claims["x-ms-sgx-ehd"]), b"data of an enclave")


def enclave_json(bench):
    held = b'{"jwk":{"kty":"RSA"}}'
    data = bench.file(held)
    evidence = bench.file(bench.emulator.evidence("quote", data))
    status, out = bench.run("sgx", evidence, maa_url=bench.emulator.endpoint,
                            **{"runtime-json": data})
    equal(status, 0, out)
    equal(parts(out.rstrip(b"\0").decode())[1]["x-ms-runtime"],
          json.loads(held))


def enclave_draft(bench):
    header, claims = attest(bench, "sgx", policy=(
        'version= 1.0; authorizationrules{=> permit();}; issuancerules{'
        'c:[type=="x-ms-sgx-mrsigner"] => issue(type="custom-name", '
        'value=c.value);};'))
    equal(header["alg"], "none")
    assert "custom-name" in json.dumps(claims)


def enclave_refused(bench):
    data = bench.file(b"other data")
    evidence = bench.file(bench.emulator.evidence(
        "quote", bench.file(b"data")))
    status, out = bench.run("sgx", evidence, maa_url=bench.emulator.endpoint,
                            runtime=data)
    equal(status, 1)
    said = json.loads(out.decode().split("\n")[1])
    equal(said["status"], 400)
    assert said["code"] and said["message"] and said["request"], said


# --- Exchanges ---------------------------------------------------------------

def sends_all(bench):
    bench.server.answer = lambda handler: handler.send(418, [
        ("Content-Type", "text/plain"), ("Retry-After", " 7 "),
        ("x-ms-request-id", "r"), ("x-ms-maa-service-version", "1"),
        ("WWW-Authenticate", "Basic realm=/a"),
        ("WWW-Authenticate", "Bearer"), ("ETag", '"e"'),
        ("Last-Modified", "today"), ("Set-Cookie", "a=b")], b"tea|pot")
    body = os.urandom(5000000)
    found = bench.exchange(method="PUT", header=["X-One:1", "X-Empty:"],
                           url=bench.url + "/a?b=c", sent=bench.file(body))
    equal(found, (418, ["text/plain", "7", "r", "1", "Basic realm=/a", '"e"',
                        "today"], b"tea|pot"))
    handler = bench.server.asked[-1]
    equal((handler.command, handler.path), ("PUT", "/a?b=c"))
    assert handler.body == body, "the body is another one"
    equal(handler.headers["X-One"], "1")
    equal(handler.headers["X-Empty"], "")
    equal(sorted(name.lower() for name in handler.headers), [
        "accept", "content-length", "host", "user-agent", "x-empty", "x-one"])


def long_headers(bench):
    bench.server.answer = lambda handler: handler.send(200, [
        ("Retry-After", "7" * 200), ("x-ms-request-id", "\xe4\x01"),
        ("Content-Type", "a" * 127)])
    equal(bench.exchange(), (200, ["a" * 127] + [""] * 6, b""))


def redirects(bench):
    other = Server(bench.tls())
    bench.server.answer = lambda handler: handler.send(
        302, [("Location", "https://localhost:%d/" % other.port)])
    found = bench.exchange(header=["Authorization:" + SECRET])
    equal(found[0], 302)
    equal(other.asked, [])
    status, out = bench.run("signers")
    equal(status, 1)
    assert b"expected HTTP status 200, found 302" in out, out
    equal(other.asked, [])


def encodings(bench):
    bomb = gzip.compress(b"\0" * 10000000)
    bench.server.answer = lambda handler: handler.send(
        200, [("Content-Encoding", "gzip")], bomb)
    assert "an encoding that nobody asked for" in bench.exchange()
    bench.server.answer = lambda handler: handler.send(
        200, [("Content-Encoding", "identity")], b"as it is")
    equal(bench.exchange()[2], b"as it is")


def bounds(bench):
    bench.server.answer = lambda handler: handler.send(200, [], b"a" * 1000)
    equal(len(bench.exchange(max="1000")[2]), 1000)
    assert bench.exchange(max="999").startswith("too-large: ")

    def endless(handler):
        handler.send(200, [("Connection", "close")], b"", False)
        while True:
            handler.wfile.write(b"a" * 65536)
    bench.server.answer = endless
    assert bench.exchange(max="100000").startswith("too-large: ")


def times(bench):
    bench.server.answer = lambda handler: time.sleep(10)
    begun = time.time()
    found = bench.exchange(seconds="1")
    assert found.startswith("maa-unreachable: ") and "timed out" in found, found
    assert time.time() - begun < 4
    silent = socket.create_server(("127.0.0.1", 0))
    begun = time.time()
    found = bench.exchange(url="https://localhost:%d/" %
                           silent.getsockname()[1], maa_connect_timeout="1s")
    assert "imed out" in found or "imeout" in found, found
    assert time.time() - begun < 4


def tls(bench):
    """Neither a version of yesterday, nor the certificate of another."""
    context = bench.tls()
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    old = Server(context)
    found = bench.exchange(url="https://localhost:%d/" % old.port)
    assert re.search("protocol version|unsupported protocol|alert", found), \
        found
    equal(old.asked, [])
    before = len(bench.server.asked)
    found = bench.exchange(maa_ca="none")
    assert re.search("issuer|self.signed", found), found
    equal(len(bench.server.asked), before)


def plain_http(bench):
    server = Server()
    found = bench.exchange(url="http://localhost:%d/" % server.port)
    assert found.startswith("message-malformed"), found
    equal(server.asked, [])
    server.answer = lambda handler: handler.send(200, [], b"token")
    url = "http://127.0.0.1:%d/" % server.port
    equal(bench.exchange(url=url, platform="1")[2], b"token")
    equal(bench.exchange(url=url.replace("127.0.0.1", "localhost"),
                         platform="1")[2], b"token")
    # A proxy of the configuration is for others.
    proxy = Proxy()
    equal(bench.exchange(url=url, platform="1",
                         maa_proxy="http://127.0.0.1:%d" % proxy.port)[2],
          b"token")
    equal(proxy.asked, [])


def own_address():
    """One of this machine that is not loopback; None without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        return probe.getsockname()[0]


def far_platform(bench):
    """What says it is the platform and leads elsewhere is not connected to."""
    url = "http://192.0.2.1:80/"
    found = bench.exchange(url=url, platform="1")
    assert "neither on this machine nor on its link" in found, found
    address = own_address()
    if address and not address.startswith(("127.", "169.254.")):
        server = Server(address=(address, 0))
        found = bench.exchange(url="http://%s:%d/" % (address, server.port),
                               platform="1", header=["Metadata:true"])
        assert "neither on this machine" in found, found
        equal(server.asked, [])
    # A redirect is not followed, wherever it leads.
    near = Server()
    near.answer = lambda handler: handler.send(302, [("Location", url)])
    equal(bench.exchange(url="http://127.0.0.1:%d/" % near.port,
                         platform="1")[0], 302)


def proxies(bench, context):
    proxy = Proxy(context)
    bench.server.answer = lambda handler: handler.send(200, [], b"through")
    where = "http%s://localhost:%d" % ("s" if context else "", proxy.port)
    found = bench.exchange(method="POST", sent=bench.file(b"x" * 200000),
                           header=["Authorization:" + SECRET],
                           maa_proxy=where)
    equal(found[2], b"through", found)
    equal(bench.server.asked[-1].headers["Authorization"], SECRET)
    equal(len(proxy.asked), 1)
    head = proxy.asked[0]
    assert head.startswith("CONNECT localhost:%d HTTP/1.1\r\n" %
                           bench.server.port), head
    assert SECRET not in head and "uthorization" not in head, head


def proxy_refuses(bench):
    proxy = Proxy(None, b"407 Proxy Authentication Required")
    before = len(bench.server.asked)
    found = bench.exchange(maa_proxy="http://localhost:%d" % proxy.port)
    assert found.startswith("maa-unreachable: ") and "407" in found, found
    equal(len(bench.server.asked), before)
    stranger = Proxy(bench.tls())
    found = bench.exchange(maa_proxy="https://localhost:%d" % stranger.port,
                           maa_ca="none")
    assert re.search("issuer|self.signed", found), found
    equal((len(bench.server.asked), stranger.asked), (before, []))


def environment(bench):
    """Which is somebody's who may not say where a host sends its secrets."""
    proxy = Proxy()
    bench.server.answer = lambda handler: handler.send(200, [], b"straight")
    names = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
             "http_proxy")
    os.environ.update({name: "http://127.0.0.1:%d" % proxy.port
                       for name in names})
    os.environ["SSL_CERT_FILE"] = "/no/such/file"
    equal(bench.exchange()[2], b"straight")
    equal(proxy.asked, [])
    for name in names + ("SSL_CERT_FILE",):
        del os.environ[name]


def secrets_stay(bench):
    """In no error, whatever goes wrong."""
    bench.server.answer = lambda handler: handler.connection.shutdown(
        socket.SHUT_RDWR)
    body = bench.file(b"secret-of-the-body")
    for options in ({}, {"url": "https://localhost:1/"},
                    {"maa_ca": "none"}, {"seconds": "1"},
                    {"maa_proxy": "http://127.0.0.1:1"}):
        status, out = bench.run("exchange", body, **{
            "url": bench.url + "/", "method": "POST",
            "header": ["Authorization:" + SECRET], **options})
        equal(status, 1)
        assert b"secret-of" not in out, out


def main():
    if not BUILD or not os.access(PROGRAM, os.X_OK):
        print("1..0 # SKIP run by \"make check\"")
        sys.exit(77)
    bench = Bench()
    recordings(bench)
    for kind in ("sgx", "open-enclave"):
        tap.check("an enclave is attested: " + kind, enclaves, bench, kind)
    tap.check("with data that is JSON", enclave_json, bench)
    tap.check("with a draft of a policy", enclave_draft, bench)
    tap.check("an enclave that vouches for other data", enclave_refused, bench)
    tap.check("a request and its answer are whole", sends_all, bench)
    tap.check("headers that are odd are none", long_headers, bench)
    tap.check("no redirect is followed", redirects, bench)
    tap.check("no encoding is undone", encodings, bench)
    tap.check("an answer has a limit", bounds, bench)
    tap.check("so have times", times, bench)
    tap.check("TLS as of today, with the server that is meant", tls, bench)
    tap.check("plain HTTP is for the platform", plain_http, bench)
    tap.check("which is near", far_platform, bench)
    tap.check("through a proxy", proxies, bench, None)
    tap.check("through a proxy with TLS", proxies, bench, bench.tls())
    tap.check("a proxy that refuses", proxy_refuses, bench)
    tap.check("the environment says nothing", environment, bench)
    tap.check("secrets are in no error", secrets_stay, bench)
    bench.close()
    tap.finish()


main()
