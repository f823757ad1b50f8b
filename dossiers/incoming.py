"""The uploaded export between the page and the worker: encrypted, temporary, deleted when the import is over.

An export holds names and numbers of citizens. It is therefore never kept among the stored files; only this
copy exists, until its import is committed, refused or given up (a day at most): under a key of its own, which
stands at its head under the field keys (AES-256-GCM; Fernet alone takes as long as reading the rows).
"""

import datetime as dt
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from dossiers.importers.problems import FileRefused
from qms import crypto
from qms.models import Agency
from qms.models.base import uuid7

FOLDER = "incoming"
CHUNK = 1024 * 1024
KEY_BITS, NONCE_BYTES, LENGTH_BYTES = 256, 12, 4


@dataclass(frozen=True)
class Kept:
    """A temporary file and what is remembered of it for good."""

    path: str
    size: int
    sha256: str


def keep(agency: Agency, content: "IO[bytes]", most: int | None = None) -> Kept:
    """Put a file away encrypted; raises FileRefused when it is larger than `most`, by default an upload."""
    most = settings.UPLOAD_MAX_BYTES if most is None else most
    digest, size = hashlib.sha256(), 0
    key = AESGCM.generate_key(KEY_BITS)
    box = AESGCM(key)
    with tempfile.TemporaryFile() as sealed:
        sealed.write(crypto.encrypt(key) + b"\n")
        for number in count():
            chunk = content.read(CHUNK)
            if not chunk:
                break
            size += len(chunk)
            if size > most:
                raise FileRefused(_("The file is larger than %(size)s MB.") % {"size": most // CHUNK})
            digest.update(chunk)
            part = box.encrypt(_nonce(number), chunk, None)
            sealed.write(len(part).to_bytes(LENGTH_BYTES) + part)
        sealed.write(bytes(LENGTH_BYTES))
        sealed.seek(0)
        path = default_storage.save(f"{FOLDER}/{agency.pk}/{uuid7().hex}", File(sealed))
    return Kept(path, size, digest.hexdigest())


def _nonce(number: int) -> bytes:
    """Parts are numbered; no key seals two files."""
    return number.to_bytes(NONCE_BYTES)


@contextmanager
def opened(path: str, name: str) -> Iterator[Path]:
    """The file in the clear for as long as it is read; raises FileRefused when it is no longer there."""
    with tempfile.TemporaryDirectory(prefix="qms-import-") as folder:
        clear = Path(folder) / f"export{Path(name).suffix.lower()}"
        try:
            with default_storage.open(path, "rb") as sealed, clear.open("wb") as target:
                box = AESGCM(crypto.decrypt(sealed.readline().rstrip(b"\n")))
                for number in count():
                    told = sealed.read(LENGTH_BYTES)
                    if len(told) < LENGTH_BYTES:
                        raise ValueError("it has no end")
                    length = int.from_bytes(told)
                    if not length:
                        break
                    target.write(box.decrypt(_nonce(number), sealed.read(length), None))
        except (FileNotFoundError, InvalidToken, InvalidTag, ValueError) as error:
            raise FileRefused(_("The uploaded file is no longer here. Upload it again.")) from error
        yield clear


def older_than(moment: dt.datetime) -> Iterator[str]:
    """Every temporary file that came in before a moment."""
    try:
        agencies = default_storage.listdir(FOLDER)[0]
    except FileNotFoundError:
        return
    for agency in agencies:
        for name in default_storage.listdir(f"{FOLDER}/{agency}")[1]:
            path = f"{FOLDER}/{agency}/{name}"
            if default_storage.get_modified_time(path) < moment:
                yield path


def forget(path: str) -> None:
    """Delete it; nothing happens when it is gone already."""
    if path:
        default_storage.delete(path)
