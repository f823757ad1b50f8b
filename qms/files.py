"""Storing and reading files by content. Outside any transaction a file may be left over, never lost."""

import hashlib
import mimetypes
from typing import BinaryIO

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from qms.models import Agency, Person, StoredFile
from qms.text import nfc


class Tampered(Exception):
    """The bytes in storage are not those that were stored."""


def store(
    agency: Agency,
    name: str,
    content: "bytes | BinaryIO | File",
    *,
    acting: Person | None = None,
    content_type: str = "",
) -> StoredFile:
    """Keep a file under its SHA-256; the same bytes of one agency are kept once."""
    data = content if isinstance(content, bytes) else content.read()
    digest = hashlib.sha256(data).hexdigest()
    path = f"{agency.pk}/{digest[:2]}/{digest}"
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(data))
    return StoredFile.objects.create(
        agency=agency,
        name=nfc(name)[-255:],
        content_type=content_type or mimetypes.guess_type(name)[0] or "application/octet-stream",
        size=len(data),
        sha256=digest,
        file=path,
        stored_by=acting,
    )


def read(stored: StoredFile) -> bytes:
    """The bytes of a stored file; raises Tampered when they are no longer the same."""
    with default_storage.open(str(stored.file.name), "rb") as handle:
        data: bytes = handle.read()
    if hashlib.sha256(data).hexdigest() != stored.sha256:
        raise Tampered(stored.name)
    return data
