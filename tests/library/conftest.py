"""An agency with a unit and the hands of the way to approval; everything happens on 15 June 2026."""

import datetime as dt

import pytest

from library.models import ControlledDocument, DocumentVersion
from library.services import documents, versions, writing
from qms.models import Role
from tests import factories

TODAY = dt.date(2026, 6, 15)
DAY = dt.timedelta(days=1)


@pytest.fixture
def on(monkeypatch):
    """on(day): from now on it is nine o'clock of that day."""
    from django.utils import timezone

    def set_day(day):
        moment = dt.datetime(day.year, day.month, day.day, 9, tzinfo=dt.timezone(dt.timedelta(hours=7)))
        monkeypatch.setattr(timezone, "now", lambda: moment)
        monkeypatch.setattr(timezone, "localdate", lambda *args: moment.date())

    return set_day


@pytest.fixture(autouse=True)
def june(on):
    on(TODAY)


@pytest.fixture
def unit(agency):
    return factories.unit(agency, "Phòng Tiêu chuẩn", abbreviation="TĐC", short_name="Phòng TĐC")


@pytest.fixture
def staff(agency, unit):
    return factories.person(agency, Role.STAFF, unit=unit)


@pytest.fixture
def head(agency, unit):
    return factories.person(agency, Role.UNIT_HEAD, unit=unit)


@pytest.fixture
def secretary(agency):
    return factories.person(agency, Role.SECRETARY)


@pytest.fixture
def leader(agency):
    return factories.person(agency, Role.LEADER)


@pytest.fixture
def document(agency, unit, staff):
    return documents.document_create(
        agency, acting=staff, kind="procedure", title="Kiểm soát thông tin dạng văn bản", owner=unit
    )


@pytest.fixture
def write(staff):
    """write(document, text) -> a draft with one section."""

    def make(document: ControlledDocument, text="Nội dung thứ nhất", **fields) -> DocumentVersion:
        version = versions.version_start(document, acting=staff, **fields)
        section = version.sections.first()
        if section is None:
            writing.section_add(version, acting=staff, number="1.", title="Mục đích", text=text)
        else:
            writing.section_edit(
                section, acting=staff, seen=section.revision, title=section.title, number="1.", text=text
            )
        return version

    return make


@pytest.fixture
def submit(staff, head, leader):
    """submit(version, day) -> the version waiting for review by the head, approval by the leader."""

    def make(version, effective_on=TODAY, **fields):
        values = {"reviewer": head, "approver": leader, "changes_note": "Sửa bước 3"} | fields
        return versions.version_submit(version, acting=staff, effective_on=effective_on, **values)

    return make


@pytest.fixture
def approve(head, leader, submit):
    """approve(version, day) -> the version approved, in force from the day."""

    def make(version, effective_on=TODAY, **fields):
        version = submit(version, effective_on, **fields)
        version = versions.version_review(version, acting=head)
        return versions.version_approve(version, acting=leader)

    return make
