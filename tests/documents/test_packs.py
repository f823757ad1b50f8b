"""Audit packs: what a day's evidence holds, that it stays what it was, and that changes are found."""

import datetime as dt
import io
import json
import zipfile

import pikepdf
import pytest
from django.core.management import call_command
from django.urls import reverse

from documents import packs
from documents.models import AuditPack, LegalBasis, Paper
from documents.services.legal import basis_change
from documents.services.packs import job_of, pack_build, pack_start
from qms import clock, files, jobs, registry
from qms.exceptions import Invalid, Refused
from qms.models import AuditEntry, Role, StandardEdition
from qms.services import standard
from tests import factories

TODAY = clock.today()
DAY = TODAY - dt.timedelta(days=30)
BEFORE = DAY - dt.timedelta(days=60)


@pytest.fixture
def edition(db):
    standard.editions_load()
    return StandardEdition.objects.get(code="TCVN ISO 9001:2015")


@pytest.fixture
def basis(office):
    made = LegalBasis.objects.create(
        agency=office.agency, kind="Quyết định", number="19/QĐ", issuer="Bộ", about="về áp dụng hệ thống",
        issued_on=BEFORE,
    )  # fmt: skip
    LegalBasis.objects.filter(pk=made.pk).update(created_at=registry.day_after(BEFORE))
    made.refresh_from_db()
    return made


@pytest.fixture
def plain_index(monkeypatch):
    """An index of one empty page: what it prints is looked at elsewhere, and printing costs seconds."""

    def made(pack, matrix, lines, manifest):
        with pikepdf.new() as document:
            document.add_blank_page()
            document.docinfo["/Keywords"] = packs.keyword(manifest)
            out = io.BytesIO()
            document.save(out)
        return out.getvalue()

    monkeypatch.setattr("documents.services.packs.index_pdf", made)


def ask(office, edition, on=DAY, *, sign=False):
    pack = pack_start(office.agency, on=on, edition=edition, sign=sign, acting=office.drafter)
    jobs.run_here(job_of(pack))
    pack.refresh_from_db()
    return pack


def opened(pack):
    return zipfile.ZipFile(io.BytesIO(files.read(pack.file)))


def manifest(pack):
    return json.loads(opened(pack).read(packs.MANIFEST))


def rewritten(data, change):
    """The same ZIP with a change made to its files by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    change(parts)
    out = io.BytesIO()
    packs.write(out, parts.items())
    return out.getvalue()


def test_a_pack_holds_each_record_and_is_the_same_after_the_records_changed(
    office, edition, basis, plain_index
):
    first = ask(office, edition)
    assert first.state == AuditPack.State.READY and first.records > 0 and first.gaps > 0
    said = manifest(first)
    row = next(one for one in said["clauses"] if one["code"] == "7.5.3.2")
    (line,) = [x for group in row["evidence"] for x in group["records"] if "19/QĐ" in x["title"]]
    assert line["date"] == BEFORE.isoformat() and "áp dụng hệ thống" in line["title"]
    assert "áp dụng hệ thống" in opened(first).read(line["sheet"]).decode()
    assert next(one for one in said["clauses"] if one["code"] == "9.3.1")["gap"]

    fields = {n: getattr(basis, n) for n in ("kind", "number", "issuer", "issued_on")}
    basis_change(basis, acting=office.drafter, **(fields | {"about": "về một việc khác hẳn"}))
    LegalBasis.objects.create(
        agency=office.agency, kind="Luật", number="1/L", issuer="QH", about="mới", issued_on=TODAY
    )
    later = ask(office, edition)
    assert manifest(later)["clauses"] == said["clauses"]
    assert manifest(later)["files"] == said["files"]
    now = manifest(ask(office, edition, on=TODAY))
    titles = [x["title"] for c in now["clauses"] for g in c.get("evidence", ()) for x in g["records"]]
    assert any("khác hẳn" in title for title in titles) and any("1/L" in title for title in titles)


def test_an_issued_paper_comes_along_and_the_index_is_signed(
    office, edition, to_desk, make_draft, tmp_path, capsys
):
    from documents.services import paper_issue

    paper = to_desk(make_draft())
    job = paper_issue(paper, issued_on=TODAY, acting=office.clerk)
    jobs.run_here(job)
    paper = Paper.objects.get(pk=paper.pk)
    final = files.read(paper.files.get(stage="agency").file)
    pack = ask(office, edition, on=paper.issued_on, sign=True)
    assert pack.signer_label
    data = files.read(pack.file)
    found = packs.verify(data, trust(office))
    assert found.outcome == packs.PackOutcome.SIGNED and found.problems == []
    with opened(pack) as book:
        held = [book.read(name) for name in book.namelist() if name.startswith("tep/")]
        assert final in held
    file = tmp_path / "pack.zip"
    file.write_bytes(data)
    call_command("verify_pack", str(file))
    assert pack.sha256 in capsys.readouterr().out

    def outcome(change):
        return packs.verify(rewritten(data, change), trust(office)).outcome

    held_name = next(name for name in opened(pack).namelist() if name.startswith("tep/"))
    assert outcome(lambda parts: parts.update({held_name: b"%PDF-1.7 x"})) == packs.PackOutcome.ALTERED
    assert outcome(lambda parts: parts.pop(held_name)) == packs.PackOutcome.ALTERED
    assert outcome(lambda parts: parts.update({"them.txt": b"x"})) == packs.PackOutcome.ALTERED
    assert packs.verify(data[: len(data) // 2]).outcome == packs.PackOutcome.NOT_A_PACK
    assert packs.verify(b"hello").outcome == packs.PackOutcome.NOT_A_PACK

    def forged(parts):
        said = json.loads(parts[packs.MANIFEST])
        parts[held_name] = b"%PDF-1.7 x"
        next(one for one in said["files"] if one["path"] == held_name)["sha256"] = packs.digest(b"%PDF-1.7 x")
        parts[packs.MANIFEST] = packs.manifest_bytes(said)

    assert outcome(forged) == packs.PackOutcome.ALTERED

    def index_touched(parts):
        parts[packs.INDEX] = parts[packs.INDEX].replace(b"%%EOF", b"%%EOX")

    assert outcome(index_touched) != packs.PackOutcome.SIGNED


def trust(office):
    from documents.services.trust import trust_of

    return trust_of(office.agency)


def test_without_a_key_the_maker_is_told_and_may_choose_an_unsigned_pack(
    office, edition, basis, tmp_path, plain_index
):
    with pytest.raises(Invalid):
        pack_start(office.agency, on=DAY, edition=edition, sign=True, acting=office.drafter)
    pack = ask(office, edition)
    assert pack.signer_label == ""
    found = packs.verify(files.read(pack.file))
    assert found.outcome == packs.PackOutcome.UNSIGNED and found.holds
    file = tmp_path / "pack.zip"
    file.write_bytes(files.read(pack.file))
    with pytest.raises(SystemExit) as ended:
        call_command("verify_pack", str(file), stdout=io.StringIO())
    assert ended.value.code == 2


def test_who_may_build_and_for_which_day(office, edition):
    with pytest.raises(Refused):
        pack_start(office.agency, on=DAY, edition=edition, sign=False, acting=office.staff)
    with pytest.raises(Invalid):
        pack_start(
            office.agency, on=TODAY + dt.timedelta(days=1), edition=edition, sign=False, acting=office.drafter
        )


def test_pages_list_download_and_verify(office, edition, other_agency, client, login, plain_index):
    pack = ask(office, edition)
    login(office.drafter)
    page = client.get(reverse("documents:packs"), {"on": f"{DAY:%d/%m/%Y}"})
    assert page.status_code == 200 and f"{DAY:%d/%m/%Y}" in page.content.decode()
    made = client.post(
        reverse("documents:packs"), {"on": f"{DAY:%d/%m/%Y}", "edition": str(edition.pk), "sign": "0"}
    )
    assert made.status_code == 302 and client.get(made.url).status_code == 200
    answer = client.get(reverse("documents:pack-file", args=[pack.pk]))
    data = b"".join(answer.streaming_content)
    assert data == files.read(pack.file)
    assert AuditEntry.objects.filter(verb="documents.pack.downloaded").exists()
    sent = io.BytesIO(data)
    sent.name = "goi.zip"
    text = client.post(reverse("documents:packs-verify"), {"file": sent})
    assert text.status_code == 200 and text.context["on_file"] == pack
    assert text.context["verdict"].outcome == packs.PackOutcome.UNSIGNED
    evidence = client.get(reverse("evidence")).content.decode()
    assert reverse("documents:packs") in evidence
    login(office.staff)
    assert client.get(reverse("documents:packs")).status_code == 403
    login(factories.person(other_agency, Role.SECRETARY))
    for name in ("documents:pack", "documents:pack-file"):
        assert client.get(reverse(name, args=[pack.pk])).status_code == 404


def test_reading_changes_nothing(office, edition, basis, plain_index):
    pack = pack_start(office.agency, on=DAY, edition=edition, sign=False, acting=office.drafter)
    before = AuditEntry.objects.count()
    assert pack_build(pack).records > 0
    assert AuditEntry.objects.count() == before
