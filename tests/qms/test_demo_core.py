"""The demonstration agency: complete, isolated, and the same after a second run."""

import datetime as dt

from qms import calendars, demo
from qms.models import Agency, AuditEntry, ClauseApplicability, OrgUnit, Person, Role


def test_the_demonstration_may_be_loaded_twice(db):
    agency = demo.create_core()
    entries = AuditEntry.objects.count()
    assert demo.create_core() == agency
    assert AuditEntry.objects.count() == entries
    assert agency.is_demo


def test_every_role_has_an_account(db):
    agency = demo.create_core()
    held = set()
    for person in Person.objects.filter(agency=agency).exclude(user=None):
        assert person.user.check_password(demo.PASSWORD)
        held |= person.roles
    assert held == set(Role.values)


def test_the_demonstration_keeps_the_facts_of_the_papers(db):
    agency = demo.create_core()
    handling = OrgUnit.objects.filter(agency=agency, handles_procedures=True)
    assert set(handling.values_list("name", flat=True)) == {
        "Phòng Quản lý Tiêu chuẩn Đo lường Chất lượng",
        "Phòng Quản lý Khoa học",
        "Phòng Công nghệ và Đổi mới sáng tạo",
        "Phòng Bưu chính - Viễn thông",
        "Phòng Chuyển đổi số",
        "Văn phòng Sở",
    }
    assert OrgUnit.objects.get(agency=agency, is_standing_unit=True).abbreviation == "TĐC"
    inspectors = OrgUnit.objects.get(agency=agency, name="Thanh tra Sở")
    assert inspectors.exists_on(dt.date(2025, 6, 30))
    assert not inspectors.exists_on(dt.date(2025, 7, 1))
    excluded = ClauseApplicability.objects.filter(agency=agency, applicable=False)
    assert set(excluded.values_list("clause__code", flat=True)) == {"7.1.5", "8.3", "8.4", "8.5.1.f"}
    assert not calendars.calendar_for(agency, dt.date(2026, 1, 2)).is_working_day(dt.date(2026, 1, 2))


def test_the_second_agency_sees_nothing_of_the_first(db):
    agency = demo.create_core()
    other = Agency.objects.get(code=demo.SISTER_CODE)
    stranger = Person.objects.filter(agency=other).first()
    assert not OrgUnit.objects.visible_to(stranger).filter(agency=agency).exists()
    assert OrgUnit.objects.visible_to(stranger).exists()
