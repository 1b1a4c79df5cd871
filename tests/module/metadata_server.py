#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A metadata service as it should be, and as it should not.

    metadata_server.py FOLDER CERTIFICATE.pem KEY PORT-FILE

serves https://localhost:PORT/blob.jwt and other files of the folder, with
ETag and Last-Modified; the paths below misbehave. Each request is a line of
FOLDER/requests: the path and the conditions that came with it.
"""
import email.utils
import hashlib
import http.server
import os
import ssl
import sys
import time

FOLDER, CERTIFICATE, KEY, PORT_FILE = sys.argv[1:]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def note(self):
        words = [self.path] + ["%s=%s" % (name, self.headers[name])
                               for name in ("If-None-Match",
                                            "If-Modified-Since",
                                            "Accept-Encoding",
                                            "Authorization", "Cookie")
                               if name in self.headers]
        with open(os.path.join(FOLDER, "requests"), "a") as out:
            out.write(" ".join(words) + "\n")

    def answer(self, status, headers=(), body=b""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name == "Content-Length" for name, _ in headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def redirect(self, url):
        self.answer(302, [("Location", url)], b"somewhere else\n")

    def file(self):
        path = os.path.join(FOLDER, os.path.basename(self.path))
        if not os.path.isfile(path):
            return self.answer(404, [("ETag", '"of-a-page"')],
                               b"there is no such file\n")
        with open(path, "rb") as source:
            body = source.read()
        etag = '"%s"' % hashlib.sha256(body).hexdigest()[:16]
        modified = email.utils.formatdate(os.stat(path).st_mtime, usegmt=True)
        validators = [("ETag", etag), ("Last-Modified", modified)]
        if self.headers.get("If-None-Match") == etag:
            return self.answer(304, validators)
        self.answer(200, validators, body)

    def begin(self, length):
        self.send_response(200)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def do_GET(self):
        self.note()
        port = self.server.server_address[1]
        if self.path == "/unchanged":
            self.answer(304)
        elif self.path == "/empty":
            self.answer(200)
        elif self.path == "/error":
            self.answer(503, [], b"{}" * 1000)
        elif self.path == "/stall":
            self.begin(1000000)
            self.wfile.write(b"eyJ")
            self.wfile.flush()
            time.sleep(60)
        elif self.path == "/early":
            self.begin(1000000)
            self.wfile.write(b"eyJ" * 1000)
        elif self.path == "/claims-much":
            self.begin(1 << 40)
            self.wfile.write(b"eyJ")
            self.wfile.flush()
            time.sleep(60)
        elif self.path == "/sends-much":
            self.begin(None)
            for _ in range(80):
                self.wfile.write(b"A" * (1 << 20))
        elif self.path == "/to-http":
            self.redirect("http://localhost:%d/blob.jwt" % port)
        elif self.path == "/to-file":
            self.redirect("file://" + os.path.join(FOLDER, "blob.jwt"))
        elif self.path == "/to-blob":
            self.redirect("/blob.jwt")
        elif self.path == "/in-circles":
            self.redirect("/in-circles")
        else:
            self.file()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True,
                                        do_handshake_on_connect=False)
    with open(PORT_FILE + ".new", "w") as out:
        out.write("%d\n" % server.server_address[1])
    os.rename(PORT_FILE + ".new", PORT_FILE)
    server.serve_forever()


main()
