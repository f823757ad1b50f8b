"""Controlled documents of the demonstration, made through the services as people would.

The manual, policy and procedures of November 2025, earlier and coming versions of two of them, readers,
processes, records. Every step happens on its day (`clock.at`); only what is missing is made.
"""

import datetime as dt
import io
from typing import Any

from django.db import transaction
from django.utils import timezone

from documents.models import LegalBasis
from library import demo_lists, demo_manual
from library.models import ControlledDocument, DocumentVersion, Process, RecordSeries
from library.selectors.records import files_past
from library.selectors.versions import readers_of
from library.services import (
    announcing,
    documents,
    extracting,
    processes,
    reading,
    records,
    upkeep,
    versions,
    writing,
)
from qms import clock, files, jobs
from qms.models import Agency, Clause, OrgUnit, Person

FIRST, VALID = dt.date(2025, 4, 22), dt.date(2025, 11, 5)
EDITION = "TCVN ISO 9001:2015"


def load(agency: Agency) -> None:
    """Only what is missing."""
    if not ControlledDocument.objects.filter(agency=agency).exists():
        with transaction.atomic():
            _Library(agency).run()
        for version in DocumentVersion.objects.filter(agency=agency, text_state="waiting"):
            jobs.run_or_wait(extracting.extract_start(version, acting=None))
        jobs.run_or_wait(announcing.announce_start(agency, acting=None))


class _Library:
    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.units = {unit.code: unit for unit in OrgUnit.objects.filter(agency=agency)}
        self.clauses = {one.code: one for one in Clause.objects.filter(edition__code=EDITION)}
        self.documents: dict[str, ControlledDocument] = {}

    def person(self, username: str) -> Person:
        """Fresh each time: roles are those of the day."""
        rows = Person.objects.select_related("agency", "user", "unit")
        found: Person = rows.get(agency=self.agency, user__username=username)
        return found

    def run(self) -> None:
        """Everything in the order of its days."""
        self._manual()
        for entry in demo_lists.DOCUMENTS:
            self._document(*entry)
        self._external()
        self._upload()
        self._later_versions()
        self._read()
        self._reviews()
        self._processes()
        self._records()

    def _clauses(self, codes: str) -> list[Clause]:
        return [self.clauses[code] for code in codes.split() if code in self.clauses]

    def _add(self, day: dt.date, **fields: Any) -> ControlledDocument:
        with clock.at(day):
            secretary = self.person("thuky")
            months = 0 if fields["kind"] in {"form", "external"} else 12
            document = documents.document_create(
                self.agency, acting=secretary, review_months=months, **fields
            )
            documents.distribution_add(document, acting=secretary, everybody=True)
        self.documents[document.code] = document
        return document

    def _approve(self, version: DocumentVersion, day: dt.date, start: dt.date, note: str = "") -> None:
        """Drafted by the secretary, reviewed by the head of the standing unit, approved by the director."""
        with clock.at(day):
            reviewer, approver = self.person("truongphong.tdc"), self.person("lanhdao")
            version = versions.version_submit(
                version,
                acting=self.person("thuky"),
                reviewer=reviewer,
                approver=approver,
                effective_on=start,
                changes_note=note,
                must_read=version.document.kind in {"manual", "policy", "procedure"},
            )
            version = versions.version_review(version, acting=reviewer)
            versions.version_approve(version, acting=approver)

    def _manual(self) -> None:
        document = self._add(
            VALID - dt.timedelta(days=14),
            kind="manual",
            title="Sổ tay chất lượng",
            clauses=self._clauses("4.3 4.4"),
        )
        with clock.at(VALID - dt.timedelta(days=14)):
            secretary = self.person("thuky")
            version = versions.version_start(document, acting=secretary)
            entries = (*demo_manual.OPENING, *demo_manual.CLAUSES)
            writing.sections_add(
                version,
                acting=secretary,
                sections=[
                    {"number": number, "title": title, "text": text, "clause": self.clauses.get(number)}
                    for number, title, text in entries
                ],
            )
        self._approve(version, VALID - dt.timedelta(days=2), VALID)

    def _document(
        self,
        code: str,
        kind: str,
        title: str,
        unit: str,
        parent: str,
        clauses: str,
        sections: tuple[tuple[str, str], ...],
    ) -> None:
        start = FIRST if code in {"QT.TĐC.01", "BM.TĐC.01.01"} else VALID
        day = start - dt.timedelta(days=5)
        document = self._add(
            day,
            code=code,
            kind=kind,
            title=title,
            owner=self.units.get(unit),
            parent=self.documents.get(parent),
            clauses=self._clauses(clauses),
        )
        with clock.at(day):
            secretary = self.person("thuky")
            version = versions.version_start(document, acting=secretary)
            writing.sections_add(
                version,
                acting=secretary,
                sections=[
                    {"number": f"{number}.", "title": heading, "text": text}
                    for number, (heading, text) in enumerate(sections, start=1)
                ],
            )
        self._approve(version, start - dt.timedelta(days=1), start)

    def _external(self) -> None:
        """Legal texts the agency works by, pointed at where they are kept among the legal bases."""
        for basis in LegalBasis.objects.filter(agency=self.agency, number__in=demo_lists.EXTERNAL):
            document = self._add(
                VALID,
                code=basis.number,
                kind="external",
                title=f"{basis.kind} {basis.about}"[:255],
                issuer=basis.issuer,
                basis=basis,
                clauses=self._clauses("7.5.3.2"),
            )
            with clock.at(VALID):
                secretary = self.person("thuky")
                version = versions.version_start(document, acting=secretary)
                writing.section_add(version, acting=secretary, title="Trích yếu", text=f"{basis.citation}.")
            self._approve(version, VALID, VALID)

    def _upload(self) -> None:
        """A guide that came as a Word file."""
        from docx import Document

        file = Document()
        file.add_heading("Hướng dẫn dùng phần mềm một cửa điện tử", 1)
        for line in (
            "Đăng nhập bằng tài khoản công vụ; đổi mật khẩu 90 ngày một lần.",
            "Tiếp nhận: kiểm thành phần hồ sơ, in phiếu biên nhận, chuyển phòng chuyên môn trong buổi.",
            "Hồ sơ sắp đến hạn hiện màu vàng; quá hạn phải có văn bản xin lỗi và hẹn lại ngày trả.",
        ):
            file.add_paragraph(line)
        out = io.BytesIO()
        file.save(out)
        document = self._add(
            VALID,
            code="HD.VP.01",
            kind="instruction",
            title="Hướng dẫn sử dụng phần mềm một cửa điện tử",
            owner=self.units.get("VP"),
            clauses=self._clauses("7.1.6 8.5.1"),
        )
        with clock.at(VALID):
            secretary = self.person("thuky")
            version = versions.version_start(document, acting=secretary, source="uploaded")
            stored = files.store(self.agency, "huong-dan-mot-cua.docx", out.getvalue(), acting=secretary)
            version = writing.version_upload(version, acting=secretary, file=stored)
        self._approve(version, VALID, VALID)

    def _read(self) -> None:
        """Most people have read most documents, on days of their own; three have read nothing yet."""
        day = VALID + dt.timedelta(days=3)
        asked = DocumentVersion.objects.effective(VALID).filter(agency=self.agency, must_read=True)
        asked = asked.select_related("document__agency")
        for number, version in enumerate(asked.order_by("document__code")):
            for place, person in enumerate(readers_of(version.document, day)):
                if person.roles != {"superior"} and (place + number) % 5 and place % 7:
                    with clock.at(day + dt.timedelta(days=place % 9)):
                        reading.version_read(version, acting=person)

    def _later_versions(self) -> None:
        """A second edition that holds, one that will, a request and a review."""
        secretary = self.person("thuky")
        document = self.documents["QT.TĐC.01"]
        with clock.at(VALID - dt.timedelta(days=6)):
            version = versions.version_start(document, acting=secretary, new_issue=True)
            section = version.sections.order_by("order")[1]
            text = section.text.replace("trong 10 ngày", "trong 10 ngày kể từ ngày hiệu lực")
            text += "\n6. Người đọc nào cũng được yêu cầu sửa đổi và được trả lời."
            writing.section_edit(
                section, acting=secretary, seen=0, number=section.number, title=section.title, text=text
            )
        note = "Bổ sung quyền yêu cầu sửa đổi của người đọc; làm rõ thời hạn đọc."
        self._approve(version, VALID - dt.timedelta(days=1), VALID, note)
        coming = self.documents["QT.TĐC.04"]
        version = versions.version_start(coming, acting=secretary)
        section = version.sections.order_by("order")[1]
        text = section.text.replace("sau 1–3 tháng", "sau 2 tháng, với sự không phù hợp nặng sau 3 tháng")
        writing.section_edit(
            section, acting=secretary, seen=0, number=section.number, title=section.title, text=text
        )
        today = clock.today()
        note = "Nêu rõ thời điểm thẩm tra hiệu lực."
        self._approve(version, today, today + dt.timedelta(days=14), note)
        asking = self.documents["QT.TĐC.03"]
        specialist = self.person("chuyenvien")
        upkeep.request_create(
            asking,
            acting=specialist,
            place="Mục 2",
            text="Nên nêu rõ số ngày báo trước cho đơn vị được đánh giá.",
        )

    def _reviews(self) -> None:
        """Looked through two months ago, all but one: no change needed."""
        day = max(VALID + dt.timedelta(days=20), clock.today() - dt.timedelta(days=60))
        with clock.at(min(day, clock.today())):
            head = self.person("truongphong.tdc")
            for code, document in self.documents.items():
                if document.review_months and code != "QT.TĐC.03":
                    upkeep.review_record(
                        document,
                        acting=head,
                        outcome="no_change",
                        note="Còn phù hợp với quy định và cách làm hiện nay.",
                    )

    def _processes(self) -> None:
        made: dict[str, Process] = {}
        secretary = self.person("thuky")
        with clock.at(VALID):
            for code, kind, name, unit, inputs, outputs, measures, document, clauses in demo_lists.PROCESSES:
                made[code] = processes.process_save(
                    self.agency,
                    acting=secretary,
                    code=code,
                    kind=kind,
                    name=name,
                    owner=self.units.get(unit),
                    inputs=inputs,
                    outputs=outputs,
                    measures=measures,
                    document=self.documents.get(document),
                    clauses=self._clauses(clauses),
                )
            for source, target, what in demo_lists.LINKS:
                processes.link_add(made[source], made[target], acting=secretary, what=what)
        self._since_valid(Process.objects.filter(pk__in=[one.pk for one in made.values()]))

    def _since_valid(self, rows: Any) -> None:
        """Written down when the system came into force, so that past days of the evidence have them."""
        moment = timezone.make_aware(dt.datetime.combine(VALID, dt.time(9)))
        rows.filter(agency=self.agency).update(created_at=moment)

    def _records(self) -> None:
        secretary = self.person("thuky")
        lines: dict[str, RecordSeries] = {}
        with clock.at(VALID):
            for code, name, form, unit, place, medium, years, clauses in demo_lists.RECORDS:
                lines[code] = records.series_save(
                    self.agency,
                    acting=secretary,
                    code=code,
                    name=name,
                    form=self.documents.get(form),
                    unit=self.units.get(unit),
                    place=place,
                    medium=medium,
                    retention_years=years,
                    retention_basis="Bảng thời hạn của cơ quan (dữ liệu trình diễn)",
                    clauses=self._clauses(clauses),
                )
        self._since_valid(RecordSeries.objects.filter(pk__in=[one.pk for one in lines.values()]))
        year = clock.today().year
        for past in (8, 7, 2):
            records.file_add(
                lines["HS.11"],
                acting=secretary,
                title=f"Hồ sơ giải quyết thủ tục năm {year - past}",
                quantity=f"{3 + past} mét giá",
                closed_on=dt.date(year - past, 12, 31),
            )
        past_files = list(files_past(self.agency, clock.today())[:1])
        listing = records.disposal_create(
            self.agency,
            acting=secretary,
            title=f"Tiêu hủy hồ sơ giấy năm {year - 8} hết thời hạn lưu",
            council="Chánh Văn phòng (Chủ tịch); Văn thư; Trưởng phòng TĐC",
            files=past_files,
        )
        records.disposal_submit(listing, acting=secretary)
