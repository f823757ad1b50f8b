"""Files in an S3-compatible bucket: the same code against a small server that speaks the protocol."""

import datetime as dt
import email.utils
import hashlib
import io
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest
from django.core.files.storage import default_storage

from dossiers import incoming
from dossiers.importers.problems import FileRefused
from qms import backup, files, health
from qms.settings import base

BUCKET, ACCESS_KEY = "evidence", "AKIDEXAMPLE"


class Bucket(BaseHTTPRequestHandler):
    """Objects of one bucket in memory; a request that is not signed with the key is refused."""

    objects: "dict[str, bytes]"
    protocol_version = "HTTP/1.1"

    def log_message(self, *_told):
        """Nothing."""

    def answer(self, status, body=b"", **headers):
        """Send a reply."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def key(self):
        """The object asked for, None when the signature is missing; what a refusal needs is sent."""
        credential = f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/"
        if not self.headers.get("Authorization", "").startswith(credential):
            self.answer(403, b"<Error><Code>AccessDenied</Code></Error>")
            return None
        return unquote(urlsplit(self.path).path).removeprefix(f"/{BUCKET}").lstrip("/")

    def body(self):
        """What was sent, put together when it came in chunks."""
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "aws-chunked" not in self.headers.get("Content-Encoding", ""):
            return sent
        parts, stream = [], io.BytesIO(sent)
        while size := int(re.match(rb"[0-9a-f]+", stream.readline())[0], 16):
            parts.append(stream.read(size))
            stream.readline()
        return b"".join(parts)

    def do_PUT(self):
        """Keep an object."""
        key, sent = self.key(), self.body()
        if key:
            self.objects[key] = sent
            self.answer(200, ETag=f'"{hashlib.md5(sent).hexdigest()}"')

    def do_GET(self):
        """An object, or a list of keys."""
        key = self.key()
        if key == "":
            self.list(parse_qs(urlsplit(self.path).query))
        elif key in self.objects:
            now = email.utils.format_datetime(dt.datetime.now(dt.UTC), usegmt=True)
            self.answer(200, self.objects[key], Last_Modified=now, ETag='"x"')
        elif key is not None:
            self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    do_HEAD = do_GET

    def do_DELETE(self):
        """Forget an object."""
        if key := self.key():
            self.objects.pop(key, None)
            self.answer(204)

    def list(self, query):
        """The keys under a prefix, up to a delimiter."""
        prefix = query.get("prefix", [""])[0]
        delimiter = query.get("delimiter", [""])[0]
        keys, folders = [], set()
        for key in sorted(self.objects):
            rest = key.removeprefix(prefix)
            if key.startswith(prefix) and delimiter and delimiter in rest:
                folders.add(prefix + rest.split(delimiter)[0] + delimiter)
            elif key.startswith(prefix):
                keys.append(key)
        told = "".join(f"<Contents><Key>{escape(key)}</Key><Size>1</Size></Contents>" for key in keys)
        told += "".join(
            f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>" for name in sorted(folders)
        )
        told = f"<Name>{BUCKET}</Name><IsTruncated>false</IsTruncated>{told}"
        found = f"<ListBucketResult>{told}</ListBucketResult>"
        self.answer(200, found.encode(), Content_Type="application/xml")


@pytest.fixture
def bucket(monkeypatch, settings):
    """The objects of a bucket that is set by the variables an installation would set."""
    handler = type("OneBucket", (Bucket,), {"objects": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name, value in {
        "BUCKET": BUCKET,
        "ENDPOINT": f"http://127.0.0.1:{server.server_port}",
        "ACCESS_KEY": ACCESS_KEY,
        "SECRET_KEY": "a secret of the test",
        "REGION": "vn-1",
    }.items():
        monkeypatch.setenv(f"QMS_S3_{name}", value)
    settings.STORAGES = settings.STORAGES | {"default": base.file_storage()}
    yield handler.objects
    server.shutdown()
    server.server_close()


def test_files_are_kept_once_and_read_again(bucket, agency):
    first = files.store(agency, "bằng chứng.pdf", b"%PDF-1.7 evidence")
    again = files.store(agency, "b.pdf", io.BytesIO(b"%PDF-1.7 evidence"))
    assert len(bucket) == 1
    assert files.read(first) == files.read(again) == b"%PDF-1.7 evidence"
    bucket[str(first.file.name)] = b"%PDF-1.7 evidence, changed"
    with pytest.raises(files.Tampered):
        files.read(first)


def test_a_backup_finds_every_file_and_the_health_page_can_write(bucket, agency, monkeypatch):
    monkeypatch.setattr(health, "_files_worked_at", -1e9)
    stored = {str(files.store(agency, f"{n}.txt", b"%d" % n).file.name) for n in range(3)}
    assert set(backup.stored_names(default_storage)) == stored == set(bucket)
    health.check_files()
    assert set(bucket) == stored


def test_an_upload_waits_encrypted_and_is_forgotten(bucket, agency):
    kept = incoming.keep(agency, io.BytesIO(b"name;number\n" * 100))
    assert b"number" not in bucket[kept.path]
    with incoming.opened(kept.path, "a.csv") as clear:
        assert clear.read_bytes() == b"name;number\n" * 100
    assert list(incoming.older_than(dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))) == [kept.path]
    incoming.forget(kept.path)
    assert bucket == {}
    with pytest.raises(FileRefused), incoming.opened(kept.path, "a.csv"):
        pass
