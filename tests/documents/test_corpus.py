"""Every one-byte change and every appended change of a signed paper is detected.

What is covered, on one small paper that is on file:

- every single byte: each position is changed once. A changed file is never the file on record (SHA-256), and
  for every byte outside the agency's signature value the digest that signature signs is another one;
- the full verdict (`verify`) on seeded samples of every class of position a PDF has: header, objects, page
  content, fonts, metadata, fields, both signatures' values, their padding, byte ranges, cross-reference
  tables, trailers, the ends of revisions;
- appended changes: stray bytes, and incremental updates of each kind somebody could make.
"""

import datetime as dt
import hashlib
import io
import random
import re

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from documents.models import PaperFile
from documents.services import paper_issue, signatures
from documents.signing.inspect import inspect
from documents.signing.trust import trust_store
from documents.verification import Outcome, verify
from qms import files, jobs
from tests.documents.test_verification import CHANGES, appended

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 3, 26)
SEED = 1909


@pytest.fixture
def on_file(office, make_draft, to_desk, monkeypatch):
    """A small issued paper (no annexes, no images) and its bytes."""
    monkeypatch.setattr(signatures, "image_of", lambda agency, person, key=None: b"")
    paper = to_desk(make_draft())
    jobs.run(paper_issue(paper, issued_on=DAY, acting=office.clerk).pk)
    return files.read(PaperFile.objects.get(paper=paper, stage="agency").file)


def flipped(data, place, bit=1):
    made = bytearray(data)
    made[place] ^= bit
    return bytes(made)


def digests_of_every_change(data, spans):
    """For every byte within the spans: the digest over the spans when that byte is changed."""
    sofar = hashlib.sha256()
    parts = [data[a:b] for a, b in spans]
    for number, part in enumerate(parts):
        later = parts[number + 1 :]
        for index in range(len(part)):
            mine = sofar.copy()
            mine.update(bytes([part[index] ^ 1]))
            mine.update(memoryview(part)[index + 1 :])
            for one in later:
                mine.update(one)
            yield spans[number][0] + index, mine.digest()
            sofar.update(part[index : index + 1])


def test_every_single_byte_counts(on_file):
    right = hashlib.sha256(on_file).digest()
    start, middle, after, rest = [
        int(value) for value in re.findall(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", on_file)[-1]
    ]
    spans = [(start, start + middle), (after, after + rest)]
    assert after + rest == len(on_file), "the agency's signature reaches the end of the file"
    signed = hashlib.sha256(b"".join(on_file[a:b] for a, b in spans)).digest()
    covered = {place for place, digest in digests_of_every_change(on_file, spans) if digest != signed}
    gap = range(start + middle, after)
    assert covered | set(gap) == set(range(len(on_file)))
    assert re.fullmatch(rb"<[0-9A-F]+>", on_file[gap.start : gap.stop]), "nothing but the value itself"
    for place in gap:
        assert hashlib.sha256(flipped(on_file, place)).digest() != right
    assert verify(on_file).outcome == Outcome.VALID


CLASSES = {
    "header": rb"%PDF-1\.7\n%....",
    "object numbers": rb"\n\d+ 0 obj",
    "catalog": rb"/Type /Catalog|/StructTreeRoot \d+",
    "page": rb"/MediaBox \[[^\]]+\]|/Contents \d+ 0 R",
    "metadata": rb"<dc:title>.*?</dc:title>|<dc:identifier>[^<]+",
    "fields": rb"/T \([A-Za-z]+\)|/FT /Sig|/Rect \[[^\]]+\]",
    "byte ranges": rb"/ByteRange \[[^\]]+\]",
    "signature values": rb"/Contents <[0-9A-F]{2000}",
    "padding of the values": rb"0{200}>",
    "signature dictionaries": rb"/SubFilter /ETSI\.CAdES\.detached|/Reason <?\(?[^>)]+",
    "permissions": rb"/TransformMethod /DocMDP|/TransformParams[^>]+",
    "cross-reference tables": rb"xref\n(?:\d+ \d+ ?\n(?:\d{10} \d{5} [nf] ?\r?\n?)+)+",
    "trailers": rb"trailer|/Prev \d+|/Root \d+ 0 R|/ID ?\[[^\]]+\]",
    "ends of revisions": rb"startxref\n\d+\n%%EOF\n?",
}


def test_each_class_of_positions_is_noticed_by_the_full_verdict(on_file):
    chance = random.Random(SEED)
    streams = [found.span(1) for found in re.finditer(rb"stream\r?\n(.*?)endstream", on_file, re.DOTALL)]
    places = {"streams": [chance.randrange(*chance.choice(streams)) for _turn in range(4)]}
    for name, pattern in CLASSES.items():
        spans = [one.span() for one in re.finditer(pattern, on_file, re.DOTALL)]
        assert spans, f"the file has no {name}"
        places[name] = [chance.randrange(*chance.choice(spans)) for _turn in range(2)]
    for name, chosen in places.items():
        for place in {*chosen}:
            verdict = verify(flipped(on_file, place, 1 << chance.randrange(8)))
            assert not verdict.is_valid, (name, place)
            assert verdict.outcome in {Outcome.ALTERED, Outcome.NOT_PDF}, (name, place, verdict.outcome)


def _root(key, value):
    def change(writer):
        writer.root[generic.pdf_name(key)] = value(writer)
        writer.update_root()

    change.__name__ = f"root_{key[1:]}"
    return change


def _script(writer):
    return generic.DictionaryObject(
        {
            generic.pdf_name("/S"): generic.pdf_name("/JavaScript"),
            generic.pdf_name("/JS"): generic.TextStringObject("app.alert(1)"),
        }
    )


def new_page(writer):
    pages = writer.root["/Pages"]
    copy = generic.DictionaryObject(pages["/Kids"][0].get_object())
    pages["/Kids"].append(writer.add_object(copy))
    pages[generic.pdf_name("/Count")] = generic.NumberObject(len(pages["/Kids"]))
    writer.update_container(pages)
    writer.update_container(pages["/Kids"])


def moved_field(writer):
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    field[generic.pdf_name("/Rect")] = generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, 9, 9))
    writer.update_container(field)


def emptied_field(writer):
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    del field["/V"]
    writer.update_container(field)


def new_field(writer):
    field = generic.DictionaryObject(
        {
            generic.pdf_name("/FT"): generic.pdf_name("/Tx"),
            generic.pdf_name("/T"): generic.TextStringObject("GhiChu"),
            generic.pdf_name("/V"): generic.TextStringObject("Không áp dụng"),
        }
    )
    writer.root["/AcroForm"]["/Fields"].append(writer.add_object(field))
    writer.update_container(writer.root["/AcroForm"]["/Fields"])


UPDATES = [
    *CHANGES,
    new_page,
    moved_field,
    emptied_field,
    new_field,
    _root("/OpenAction", _script),
    _root("/Lang", lambda writer: generic.TextStringObject("en")),
    _root("/Outlines", lambda writer: generic.NullObject()),
]
STRAY = [
    b"\n",
    b"\x00",
    b" ",
    b"%\n",
    b"\n%%EOF\n",
    b"startxref\n0\n%%EOF\n",
    b"9 0 obj\n<<>>\nendobj\n",
    bytes(5000),
]


def test_every_kind_of_appended_change_is_noticed(on_file, authority):
    trust = trust_store()
    for stray in STRAY:
        assert verify(on_file + stray).outcome == Outcome.APPENDED, stray[:20]
        # white space after the end says nothing in PDF: only the register notices it
        assert inspect(on_file + stray, trust).sound == (not stray.strip(b" \n")), stray[:20]
    for change in UPDATES:
        changed = appended(on_file, change)
        verdict = verify(changed)
        assert (verdict.outcome, verdict.is_valid) == (Outcome.APPENDED, False), change.__name__
        assert not inspect(changed, trust).sound, change.__name__


def test_an_update_that_changes_nothing_is_still_not_the_paper_on_file(on_file):
    writer = IncrementalPdfFileWriter(io.BytesIO(on_file))
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert verify(out.getvalue()).outcome == Outcome.APPENDED
