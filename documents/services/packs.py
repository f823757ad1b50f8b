"""Building audit packs: the evidence matrix of a day, its records and their files, as one verifiable ZIP."""

import datetime as dt
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from documents import packs, policies
from documents.exceptions import KeyUnusable
from documents.models import AuditPack, SigningKey
from documents.rendering import fonts
from documents.rendering.assets import locked_fetcher
from documents.rendering.fields import Box, add_signature_fields
from documents.services.signatures import image_of, judged_for, opened_key, signing_key
from documents.services.trust import level_of, stamp_address, trust_of
from documents.signing.pades import sign_field
from documents.signing.protocol import SignRequest
from qms import agency_settings, audit, clock, files, jobs, registry
from qms.exceptions import Invalid, Problem
from qms.models import Agency, AuditEntry, Job, Person, StandardEdition
from qms.models.standard import Clause
from qms.policies import require
from qms.selectors.evidence import Group, Matrix, evidence_matrix, is_stale, months_before, rows_then
from qms.statuses import status
from qms.workflow import locked

JOB = "documents.audit_pack"
MOST = "documents.pack_records"
PIXEL = 0.75


def sealing_key(agency: Agency) -> SigningKey:
    """The agency's key for the index; raises KeyUnusable in words when there is none to use."""
    key = signing_key(agency, None)
    if key is None:
        raise KeyUnusable(_("No signing key of the agency is set up; the index cannot be signed."))
    if key.at_desk:
        raise KeyUnusable(
            _("The agency's key is a token at a desk; the portal cannot sign the index with it.")
        )
    if not key.covers(clock.now()):
        raise KeyUnusable(_("The certificate of the agency's key is not valid today."))
    return key


def pack_start(
    agency: Agency, *, on: dt.date, edition: StandardEdition, sign: bool, acting: Person
) -> AuditPack:
    """Ask for a pack; raises Invalid for a day to come, or to sign without a key that can."""
    if on > clock.today():
        raise Invalid([Problem("on", _("The day lies ahead; a pack shows what was there."))])
    if sign:
        try:
            sealing_key(agency)
        except KeyUnusable as error:
            raise Invalid([Problem("sign", str(error))]) from error
    with transaction.atomic():
        require(policies.can_pack(acting, agency))
        pack: AuditPack = AuditPack.objects.create(
            agency=agency, on=on, edition=edition, sign=sign, made_by=acting
        )
        audit.record("documents.pack.asked", pack, {"on": (None, on), "sign": (None, sign)}, acting=acting)
        jobs.enqueue(
            JOB,
            agency=agency,
            params={"pack": str(pack.pk)},
            acting=acting,
            label=_("Build the audit pack of %(day)s") % {"day": f"{on:%d/%m/%Y}"},
            unique_key=str(pack.pk),
        )
    return pack


def job_of(pack: AuditPack) -> Job | None:
    """The job that builds (or built) a pack."""
    found: Job | None = (
        Job.objects.filter(agency=pack.agency, kind=JOB, unique_key=str(pack.pk))
        .order_by("-created_at")
        .first()
    )
    return found


def pack_failed(job: Job) -> None:
    """Keep the reason on the pack, in the transaction that marks the job failed."""
    pack = AuditPack.objects.filter(pk=job.params.get("pack"), state=AuditPack.State.BUILDING).first()
    if pack is not None:
        audit.apply(pack, state=AuditPack.State.FAILED, reason=job.reason)


@jobs.job_kind(JOB, label=gettext_lazy("Build an audit pack"), on_failure=pack_failed)
def pack_run(context: jobs.JobContext) -> None:
    """Collect, print the index, sign it, pack; the pack is ready in the transaction that ends the job."""
    pack = AuditPack.objects.select_related("agency", "edition", "made_by").get(
        pk=context.params["pack"], agency=context.agency
    )
    if pack.state == AuditPack.State.READY:
        return
    with override("vi"):
        built = pack_build(pack, context.progress)
    stored = files.store(
        pack.agency, pack.file_name, built.data, acting=pack.made_by, content_type="application/zip"
    )
    with context.completing({"url": pack.get_absolute_url()}), locked(pack) as pack:
        changes = audit.apply(
            pack,
            state=AuditPack.State.READY,
            file=stored,
            sha256=stored.sha256,
            size=stored.size,
            records=built.records,
            files=built.files,
            gaps=built.gaps,
            signer_label=built.signer,
            built_at=clock.now(),
            reason="",
        )
        audit.record("documents.pack.built", pack, changes, acting=context.acting, note=stored.sha256)


@dataclass(frozen=True)
class Built:
    """A finished pack and what it holds."""

    data: bytes
    records: int
    files: int
    gaps: int
    signer: str


@dataclass
class Line:
    """One record in the pack: what it shows, its sheet and its files."""

    kind: str
    evidence: registry.Evidence
    state: str
    stale: bool
    row: Any
    sheet: str = ""
    enclosed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def facts(self) -> dict[str, Any]:
        """As the manifest says it."""
        return {
            "kind": self.kind,
            "title": self.evidence.title,
            "version": self.evidence.version,
            "date": self.evidence.date.isoformat(),
            "state": self.state,
            "old": self.stale,
            "address": self.evidence.url,
            "sheet": self.sheet,
            "files": [path for path, _name in self.enclosed],
        }


def pack_build(pack: AuditPack, tell: Any = lambda done, total, phase="": None) -> Built:
    """The whole pack as bytes; reads, but changes nothing."""
    agency, on = pack.agency, pack.on
    matrix = evidence_matrix(pack.made_by, agency, pack.edition, on)
    groups = {id(group): group for row in matrix.rows for group in row.groups}
    parts: dict[str, bytes] = {}
    lines: dict[int, list[Line]] = {}
    clauses = _clauses_of(matrix)
    for number, (key, group) in enumerate(groups.items()):
        tell(number, len(groups) + 2, str(group.label))
        lines[key] = _lines(pack, group, matrix.months)
        _enclose(pack, group, lines[key], clauses[key], parts)
    manifest = _manifest(pack, matrix, lines, parts)
    data = packs.manifest_bytes(manifest)
    tell(len(groups), len(groups) + 2, _("Printing the index"))
    index = index_pdf(pack, matrix, lines, data)
    signer = ""
    if pack.sign:
        tell(len(groups) + 1, len(groups) + 2, _("Signing the index"))
        index, signer = _sealed(agency, index)
    with tempfile.TemporaryFile() as target:
        packs.write(target, [(packs.INDEX, index), (packs.MANIFEST, data), *sorted(parts.items())])
        target.seek(0)
        done = target.read()
    records = sum(len(some) for some in lines.values())
    enclosed = sum(1 for path in parts if path.startswith("tep/"))
    return Built(done, records, enclosed, matrix.gaps, signer)


def _clauses_of(matrix: Matrix) -> dict[int, list[Clause]]:
    named: dict[int, list[Clause]] = defaultdict(list)
    for row in matrix.rows:
        for group in row.groups:
            named[id(group)].append(row.clause)
    return named


def _lines(pack: AuditPack, group: Group, months: int) -> list[Line]:
    """The records of one provider, as they read on the day; none where the maker may not see them."""
    if not group.is_open or group.found is None or group.found.rows is None or group.found.make is None:
        return []
    rows = rows_then(group.found, pack.on, agency_settings.get(pack.agency, MOST))
    oldest = months_before(pack.on, months)
    made = []
    for row in rows:
        one = group.found.make(row)
        word = str(one.word or status(one.state).label)
        made.append(Line(str(group.label), one, word, is_stale(one, pack.on, oldest), row))
    return made


def _later(rows: list[Any], **when: Any) -> Iterable[AuditEntry]:
    if not rows:
        return ()
    label = rows[0]._meta.label_lower
    found: Iterable[AuditEntry] = AuditEntry.objects.filter(
        subject_kind=label, subject_id__in=[str(row.pk) for row in rows], **when
    )
    return found


def _enclose(
    pack: AuditPack, group: Group, lines: list[Line], clauses: list[Clause], parts: dict[str, bytes]
) -> None:
    """Put the files and the sheet of every record of one provider into the pack."""
    provider = group.provider
    assert provider is not None
    trail: dict[str, list[AuditEntry]] = defaultdict(list)
    after = registry.day_after(pack.on)
    for entry in _later([line.row for line in lines], at__lt=after):
        trail[entry.subject_id].append(entry)
    before = sum(path.startswith(f"ho-so/{provider.key}/") for path in parts)
    for number, line in enumerate(lines, start=before + 1):
        kept = [] if provider.files is None else list(provider.files(line.row, pack.on))
        for stored in kept:
            data = files.read(stored)
            suffix = "." + stored.name.rpartition(".")[2] if "." in stored.name else ""
            stem = slugify(stored.name.rpartition(".")[0] or stored.name)[:60] or "tep"
            path = f"tep/{stored.sha256[:12]}-{stem}{suffix.lower()[:8]}"
            parts[path] = data
            if (path, stored.name) not in line.enclosed:
                line.enclosed.append((path, stored.name))
        line.sheet = f"ho-so/{provider.key}/{number:04d}.html"
        parts[line.sheet] = _sheet(pack, line, clauses, trail[str(line.row.pk)])
        if sum(len(data) for data in parts.values()) > packs.MOST_BYTES:
            raise Invalid(
                _("The files of the records are more than %(most)s MB; take fewer records of each kind.")
                % {"most": packs.MOST_BYTES // 2**20}
            )


def _sheet(pack: AuditPack, line: Line, clauses: list[Clause], trail: list[AuditEntry]) -> bytes:
    """The sheet of one record: what it is, what it shows, and what is known to have happened to it."""
    happened = [
        (entry.at, entry.actor_label, audit.verb_label(entry.verb), entry.note) for entry in reversed(trail)
    ]
    context = {"pack": pack, "line": line, "clauses": clauses, "trail": happened}
    return render_to_string("pdf/documents/pack_sheet.html", context).encode()


def _manifest(
    pack: AuditPack, matrix: Matrix, lines: dict[int, list[Line]], parts: dict[str, bytes]
) -> dict[str, Any]:
    said = []
    for row in matrix.rows:
        if row.is_heading:
            continue
        fact: dict[str, Any] = {"code": row.clause.code, "title": row.clause.title_vi}
        if not row.row.applicable:
            fact |= {"applies": False, "justification": row.row.reason}
        else:
            fact |= {"applies": True, "gap": row.gap, "old": row.stale}
            fact["evidence"] = [
                {
                    "kind": str(group.label),
                    "total": group.total,
                    "records": [line.facts for line in lines[id(group)]],
                }
                for group in row.groups
            ]
        said.append(fact)
    return {
        "format": packs.FORMAT,
        "agency": {"code": pack.agency.code, "name": pack.agency.name},
        "as_of": pack.on.isoformat(),
        "edition": pack.edition.code,
        "made_by": pack.made_by.full_name,
        "asked_at": pack.created_at.isoformat(timespec="seconds"),
        "signed": pack.sign,
        "clauses": said,
        "files": [
            {"path": path, "size": len(data), "sha256": packs.digest(data)}
            for path, data in sorted(parts.items())
        ],
    }


def index_pdf(pack: AuditPack, matrix: Matrix, lines: dict[int, list[Line]], manifest: bytes) -> bytes:
    """The index by clause, with an empty field for the agency's signature on its last page."""
    from weasyprint import CSS, HTML

    rows = [(row, [(group, lines[id(group)]) for group in row.groups]) for row in matrix.rows]
    context = {
        "pack": pack,
        "agency": pack.agency,
        "matrix": matrix,
        "rows": rows,
        "manifest": packs.digest(manifest),
        "keyword": packs.keyword(manifest),
        "asked": pack.created_at,
    }
    html = render_to_string("pdf/documents/pack_index.html", context)
    fetcher, configuration = locked_fetcher(), fonts.font_configuration()
    css = CSS(string=STYLE, url_fetcher=fetcher, font_config=configuration)
    document = HTML(string=html, base_url="asset:pack", url_fetcher=fetcher).render(
        stylesheets=[css], font_config=configuration
    )
    pdf = bytes(document.write_pdf(pdf_variant="pdf/ua-1"))
    if not pack.sign:
        return pdf
    place = next(
        (number, page)
        for number, page in enumerate(document.pages)
        if {"seal", "seal-end"} <= set(page.anchors)
    )
    number, page = place
    (x1, y1), (x2, y2) = page.anchors["seal"][:2], page.anchors["seal-end"][:2]
    height = page.height * PIXEL
    box = Box(number, x1 * PIXEL, height - y2 * PIXEL, x2 * PIXEL, height - y1 * PIXEL)
    return add_signature_fields(pdf, {packs.SEAL_FIELD: box}, "", author=pack.agency.name)


def _sealed(agency: Agency, pdf: bytes) -> tuple[bytes, str]:
    """The index signed with the agency's key, at the level the agency set."""
    key = sealing_key(agency)
    trust = trust_of(agency)
    request = SignRequest(
        field=packs.SEAL_FIELD,
        name=agency.name,
        reason="Xác nhận mục lục hồ sơ đánh giá",
        location=agency.place,
        image=image_of(agency, None, key),
        certify=True,
        lock=True,
        level=level_of(agency),
        timestamp_url=stamp_address(agency),
    )
    with opened_key(key) as backend:
        signed = sign_field(pdf, request, backend, trust)
    return judged_for(agency, signed, request, key).pdf, key.subject


STYLE = """
@page { size: A4; margin: 20mm 15mm 20mm 25mm; @top-center { content: counter(page); font: 13pt "Tinos" } }
@page :first { @top-center { content: none } }
body { font: 11pt/1.25 "Tinos"; margin: 0 }
.head { text-align: center; margin-bottom: 5mm }
.head p { margin: 0 }
h1 { font-size: 15pt; margin: 4mm 0 1mm }
dl { display: block; margin: 0 0 4mm }
dt { font-weight: bold; display: inline }
dd { display: inline; margin: 0 }
dl div { margin: .6mm 0 }
table { width: 100%; border-collapse: collapse; table-layout: fixed }
th, td { border: .5pt solid #000; padding: 1mm 1.3mm; vertical-align: top; overflow-wrap: anywhere }
th, td { text-align: left }
thead th { text-align: center }
tr { break-inside: avoid }
.c { width: 11% } .v { width: 10% } .d { width: 14% } .s { width: 16% } .f { width: 19% }
tr.h th { background: #eee } tr.h2 th { background: #f6f6f6 }
.small { font-size: 9.5pt } .hash { font-size: 9pt; overflow-wrap: anywhere }
.sign { margin-top: 8mm; margin-left: 50%; text-align: center; break-inside: avoid }
.sign p { margin: 0 } .room { height: 34mm; position: relative }
#seal { position: absolute; top: 0; left: 20%; width: 1px; height: 1px }
#seal-end { position: absolute; bottom: 0; right: 20%; width: 1px; height: 1px }
"""
