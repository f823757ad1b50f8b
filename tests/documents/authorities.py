"""Servers beside the tests, each a thread on a free port: time stamps (RFC 3161), revocation, remote keys."""

import base64
import contextlib
import datetime as dt
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import tsp
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, utils

from documents.signing.trial import stamper_of


@contextlib.contextmanager
def serving(answer):
    """Serve `answer(path, body, headers) -> (status, kind, bytes)`; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._say(*answer(self.path, body, self.headers))

        def do_GET(self):
            self._say(*answer(self.path, b"", self.headers))

        def _say(self, status, kind, data):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class StampServer:
    """A time-stamp server that can be told to misbehave: `off` seconds of its clock, `fault`."""

    def __init__(self, authority, **validity):
        certificate, key = authority.issue_stamper(**validity)
        self.certificate = certificate
        self.key = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.chain = [authority.root]
        self.off, self.fault, self.asked = 0, "", 0

    def answer(self, path, body, headers):
        self.asked += 1
        if self.fault == "html":
            return 200, "text/html", b"<h1>Proxy</h1>"
        if self.fault == "broken":
            return 200, "application/timestamp-reply", b"0\x03\x02\x01"
        if self.fault == "down":
            return 503, "text/plain", b""
        if self.fault == "refuses":
            status = tsp.PKIStatusInfo({"status": "rejection"}).dump()
            return 200, "application/timestamp-reply", bytes([0x30, len(status)]) + status
        stamper = stamper_of(self.certificate, self.key, self.chain)
        stamper.fixed_dt += dt.timedelta(seconds=self.off)
        reply = stamper.request_tsa_response(tsp.TimeStampReq.load(body))
        return 200, "application/timestamp-reply", reply.dump()


class RemoteKeys:
    """A remote signing service (CSC API 1.0.4) with one credential, its hash bound to the permission."""

    TOKEN, PIN, CREDENTIAL = "the-token-of-the-portal", "pin-738291", "lanhdao-01"

    def __init__(self, fresh, root):
        key, certificate, _others = serialization.pkcs12.load_key_and_certificates(
            fresh.container, fresh.password
        )
        self.key, self.chain = key, [certificate, root]
        self.permitted, self.fault, self.calls = {}, "", []

    def answer(self, path, body, headers):
        call = path.removeprefix("/csc/v1/")
        self.calls.append(call)
        said = json.loads(body)
        if self.fault == "down":
            return self._json(503, {})
        if headers.get("Authorization") != f"Bearer {self.TOKEN}":
            return self._json(401, {"error": "invalid_token"})
        if said.get("credentialID") != self.CREDENTIAL:
            return self._json(400, {"error": "invalid_request", "error_description": "no such credential"})
        return getattr(self, "_" + call.replace("/", "_"))(said)

    @staticmethod
    def _json(status, data):
        return status, "application/json", json.dumps(data).encode()

    def _credentials_info(self, said):
        ders = [one.public_bytes(serialization.Encoding.DER) for one in self.chain]
        return self._json(
            200,
            {
                "cert": {"certificates": [base64.b64encode(der).decode() for der in ders]},
                "key": {"algo": ["1.2.840.113549.1.1.11"], "len": 2048, "status": "enabled"},
                "SCAL": "2",
                "multisign": 1,
            },
        )

    def _credentials_authorize(self, said):
        if said.get("PIN") != self.PIN:
            return self._json(400, {"error": "invalid_pin", "error_description": "The PIN is invalid"})
        sad = f"sad-{len(self.permitted)}"
        self.permitted[sad] = said["hash"]
        return self._json(200, {"SAD": sad, "expiresIn": 300})

    def _signatures_signHash(self, said):
        if self.permitted.pop(said.get("SAD"), None) != said["hash"]:
            return self._json(400, {"error": "invalid_request", "error_description": "other hash"})
        digest = base64.b64decode(said["hash"][0])
        if self.fault == "lies":
            digest = bytes(32)
        signed = self.key.sign(digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
        return self._json(200, {"signatures": [base64.b64encode(signed).decode()]})
