"""The form of an audit pack: what lies where in the ZIP, and how one is verified.

A chain of hashes: the signed index names the SHA-256 of `manifest.json`, which names that of every other
file. Nothing in a pack is believed that the chain does not reach.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import IO, Any

import pikepdf
from django.utils.translation import gettext as _

from documents.signing.inspect import SignatureFacts, inspect
from documents.signing.trust import TrustStore

FORMAT = "htqlcl-audit-pack/1"
INDEX = "muc-luc.pdf"
MANIFEST = "manifest.json"
SEAL_FIELD = "ChuKyCoQuan"
MOST_BYTES = 300 * 1024 * 1024
MOST_FILES = 20_000
_HASH = re.compile(r"manifest-sha256:([0-9a-f]{64})")
_ALWAYS = (1980, 1, 1, 0, 0, 0)
"""The time stamp of every file in the ZIP: the same content gives the same bytes."""


class PackOutcome(StrEnum):
    """What a file turned out to be."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    NOT_A_PACK = "not_a_pack"
    ALTERED = "altered"
    SIGNATURE = "signature"


@dataclass(frozen=True)
class PackVerdict:
    """The verdict on a pack with its grounds."""

    outcome: PackOutcome
    headline: str
    sha256: str
    size: int
    problems: list[str] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    signatures: list[SignatureFacts] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether every file is the one that was put in; signed or not."""
        return self.outcome in {PackOutcome.SIGNED, PackOutcome.UNSIGNED}


def digest(data: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def manifest_bytes(manifest: dict[str, Any]) -> bytes:
    """The manifest as it lies in the pack: the same facts always give the same bytes."""
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()


def keyword(manifest: bytes) -> str:
    """How the index names the manifest it belongs to."""
    return f"manifest-sha256:{digest(manifest)}"


def write(target: IO[bytes], parts: Iterable[tuple[str, bytes]]) -> None:
    """Write the ZIP; files that are packed already are not packed again."""
    with zipfile.ZipFile(target, "w") as book:
        for name, data in parts:
            info = zipfile.ZipInfo(name, _ALWAYS)
            packed = name.endswith((".pdf", ".zip", ".docx", ".xlsx", ".jpg", ".jpeg", ".png"))
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            book.writestr(info, data)


def _headlines() -> dict[PackOutcome, str]:
    return {
        PackOutcome.SIGNED: _("Valid: every file is as it was packed, and the index is signed."),
        PackOutcome.UNSIGNED: _(
            "Every file is as it was packed, but the index carries no signature: nobody vouches for the pack."
        ),
        PackOutcome.NOT_A_PACK: _("Not an audit pack of this portal."),
        PackOutcome.ALTERED: _("Not valid: the pack was altered."),
        PackOutcome.SIGNATURE: _("Not valid: the signature of the index does not hold."),
    }


def verify(data: bytes, trust: TrustStore | None = None) -> PackVerdict:
    """Judge a pack; never raises for whatever bytes are given."""
    sha256 = digest(data)

    def verdict(outcome: PackOutcome, *problems: str, **more: Any) -> PackVerdict:
        return PackVerdict(outcome, _headlines()[outcome], sha256, len(data), list(problems), **more)

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            found = _read(book)
    except (zipfile.BadZipFile, _TooMuch, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        said = str(error) if isinstance(error, _TooMuch) else _("The file is no ZIP, or it is cut off.")
        return verdict(PackOutcome.NOT_A_PACK, said)
    except Exception:  # a broken ZIP breaks its reader in many ways; none of them is an error of ours
        return verdict(PackOutcome.NOT_A_PACK, _("The file is no ZIP, or it is cut off."))
    manifest = _manifest(found.get(MANIFEST, b""))
    if manifest is None:
        return verdict(PackOutcome.NOT_A_PACK, _("There is no manifest of ours in it."))
    problems = _compared(found, manifest)
    if problems:
        return verdict(PackOutcome.ALTERED, *problems, manifest=manifest)
    seen = inspect(found[INDEX], trust)
    more: dict[str, Any] = {"manifest": manifest, "signatures": seen.signatures}
    if not seen.signatures:
        if manifest.get("signed"):
            return verdict(PackOutcome.ALTERED, _("The signature of the index was taken out."), **more)
        return verdict(PackOutcome.UNSIGNED, **more)
    if not seen.sound:
        return verdict(PackOutcome.SIGNATURE, **more)
    return verdict(PackOutcome.SIGNED, **more)


class _TooMuch(Exception):
    """More than a pack of ours ever holds."""


def _read(book: zipfile.ZipFile) -> dict[str, bytes]:
    entries = book.infolist()
    if len(entries) > MOST_FILES or sum(one.file_size for one in entries) > 2 * MOST_BYTES:
        raise _TooMuch(_("The ZIP holds more than any pack of this portal."))
    names = [one.filename for one in entries]
    if len(names) != len(set(names)):
        raise _TooMuch(_("A file name is there twice."))
    return {one.filename: book.read(one) for one in entries}


def _manifest(data: bytes) -> dict[str, Any] | None:
    try:
        manifest = json.loads(data)
    except ValueError:
        return None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        return None
    listed = manifest.get("files")
    good = isinstance(listed, list) and all(
        isinstance(one, dict) and isinstance(one.get("path"), str) for one in listed
    )
    return manifest if good else None


def _compared(found: dict[str, bytes], manifest: dict[str, Any]) -> list[str]:
    problems = []
    listed = {one["path"]: one.get("sha256") for one in manifest["files"]}
    for path, sha256 in listed.items():
        if path not in found:
            problems.append(_("Missing: %(path)s") % {"path": path})
        elif digest(found[path]) != sha256:
            problems.append(_("Not the same any more: %(path)s") % {"path": path})
    extra = set(found) - set(listed) - {INDEX, MANIFEST}
    problems += [_("Not part of the pack: %(path)s") % {"path": path} for path in sorted(extra)]
    if INDEX not in found:
        return [*problems, _("Missing: %(path)s") % {"path": INDEX}]
    if manifest_named(found[INDEX]) != digest(found[MANIFEST]):
        problems.append(_("The index belongs to another manifest."))
    return problems


def manifest_named(index: bytes) -> str:
    """The SHA-256 of the manifest that an index names; empty when it names none."""
    try:
        with pikepdf.open(io.BytesIO(index)) as document:
            said = str(document.docinfo.get("/Keywords", ""))
    except (pikepdf.PdfError, ValueError):
        return ""
    match = _HASH.search(said)
    return match.group(1) if match else ""
