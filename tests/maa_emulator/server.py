# SPDX-License-Identifier: BSD-2-Clause
"""HTTP as the service speaks it, on loopback, and what is wrong with it."""
import http.server
import socket
import ssl
import sys
import time
import traceback

from refusal import Refusal
from service import Request
from signing import compact

JSON = "application/json; charset=utf-8"
PAGE = b"<html><body><h1>Service Unavailable</h1></body></html>\n"
BODY_MAX = 8 << 20


def repeat(request):
    """Refuses with the secrets of a request, in every member that there is."""
    secrets = [request.headers.get(name) or "" for name in (
        "Authorization", "X-IDENTITY-HEADER")] + [request.text()]
    for secret in filter(None, secrets):
        refusal = Refusal(400, secret, secret)
        refusal.body = lambda: compact({
            "error": secret, "error_description": "AADSTS1: " + secret,
            "error_codes": [secret], "correlation_id": secret})
        refusal.headers = [("x-ms-request-id", secret)]
        raise refusal


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60

    def version_string(self):
        return "Kestrel"

    def log_message(self, *_):
        pass

    def body(self):
        if "chunked" in (self.headers.get("Transfer-Encoding") or ""):
            text = b""
            while len(text) < BODY_MAX:
                size = int(self.rfile.readline().split(b";")[0], 16)
                text += self.rfile.read(size)
                self.rfile.readline()
                if size == 0:
                    return text
        size = int(self.headers.get("Content-Length") or 0)
        if size > BODY_MAX:
            raise Refusal(413, "RequestTooLarge", "The body is too large")
        return self.rfile.read(size)

    def respond(self):
        app = self.server.app
        faults = app.faults_of(self.path)
        try:
            request = Request(self.command, self.path, self.headers,
                              self.body())
            status, retry = faults.status()
            if status:
                raise Refusal(status, "Emulated", "A fault was asked for", [
                    ("Retry-After", "%d" % retry)] if retry else [])
            if "redirect" in faults:
                raise Refusal(307, "Emulated", "A fault was asked for", [
                    ("Location", faults["redirect"])])
            if "repeated" in faults:
                repeat(request)
            answer = app.answer(request)
            if "injected" in faults and "access_token" in answer:
                answer["access_token"] += "\r\nX-Injected: yes"
            status, headers, text = 200, [], compact(answer, sort=False)
        except Refusal as refusal:
            status, headers = refusal.status, refusal.headers
            text = refusal.body()
        except Exception:  # pylint: disable=broad-except
            # A defect of the emulator: the test shall see it.
            traceback.print_exc()
            status, headers, text = 500, [], Refusal(
                500, "InternalServerError", "The emulator failed").body()
        app.note(self, status)
        if "slow" in faults:
            time.sleep(faults["slow"])
        self.send(status, headers, text, faults)

    def send(self, status, headers, text, faults):
        if "drop" in faults:
            return self.hang_up()
        kind = JSON
        if "type" in faults:
            kind, text = faults["type"] or "text/html", PAGE
        if "garbage" in faults:
            text = b"{\"token\": eyJ"
        if "huge" in faults:
            text = compact({"token": "A" * int(faults["huge"])})
        if "endless" in faults:
            return self.send_endless(kind)
        # As recorded: errors and TPM answers have no length before them.
        is_chunked = status != 200 or self.path.startswith("/attest/Tpm")
        self.head(status, kind, headers + ([
            ("Transfer-Encoding", "chunked")] if is_chunked else [
                ("Content-Length", str(len(text)))]))
        if is_chunked:
            text = b"%x\r\n%s\r\n0\r\n\r\n" % (len(text), text)
        if "truncated" in faults:
            self.wfile.write(text[:len(text) // 2])
            return self.hang_up()
        if "trickle" in faults:
            return self.trickle(text, faults["trickle"])
        self.wfile.write(text)

    def head(self, status, kind, headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in self.server.app.headers() + headers:
            self.send_header(name, value)
        self.end_headers()

    def send_endless(self, kind):
        self.head(200, kind, [("Transfer-Encoding", "chunked")])
        chunk = b"10000\r\n" + b"A" * 0x10000 + b"\r\n"
        while True:
            self.wfile.write(chunk)

    def trickle(self, text, seconds):
        for at in range(len(text)):
            self.wfile.write(text[at:at + 1])
            time.sleep(seconds / len(text))

    def hang_up(self):
        """Without TLS's farewell, as a machine that is gone."""
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    do_GET = do_POST = do_PUT = do_DELETE = respond


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, app, port, context=None):
        super().__init__(("127.0.0.1", port), Handler)
        self.app, self.context = app, context

    def finish_request(self, request, client_address):
        """The handshake is in the thread of the connection."""
        if self.context:
            request.settimeout(60)
            request = self.context.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, *_):
        """Clients go away; what else is wrong shall be seen."""
        kind = sys.exc_info()[0]
        if not issubclass(kind, (OSError, ssl.SSLError)):
            traceback.print_exc()

