"""A register from opening to approval, every refusal on the way, and what is frozen."""

import pytest
from django.urls import reverse

from qms import sheets as core_sheets
from qms.exceptions import IllegalTransition, Invalid, Refused
from qms.models import AuditEntry, Notification, Role
from risks import matrix
from risks.models import Register, RegisterRow, Risk
from risks.selectors import comparing
from risks.selectors.comparing import as_changes, written_out
from risks.selectors.registers import register_problems
from risks.services import registers, risks
from risks.services.freezing import register_intact
from tests import factories
from tests.risks.conftest import TODAY


def changes(old, new, only="all"):
    """How entries fared, as the page reads it."""
    rows = comparing.shown(comparing.changes(old, new), only)
    return as_changes(rows.values_list(*comparing.FIELDS))


@pytest.fixture
def way(scaled, unit, staff, head, secretary, committee_head):
    """way(year) -> the approved registers (unit, agency) of a year, through every step."""

    def go(year=2026):
        part = registers.register_open(scaled, acting=staff, year=year, unit=unit)
        registers.rows_keep(part, acting=staff)
        return finish(part, year)

    def finish(part, year=2026):
        part = registers.register_submit(part, acting=staff)
        part = registers.register_confirm(part, acting=head)
        whole = registers.register_open(scaled, acting=secretary, year=year)
        registers.rows_keep(whole, acting=secretary)
        registers.register_consolidate(whole, part, acting=secretary)
        whole = registers.register_submit(whole, acting=secretary)
        whole = registers.register_approve(whole, acting=committee_head)
        part.refresh_from_db()
        return part, whole

    go.finish = finish
    return go


def test_the_whole_way_freezes_what_was_approved(way, make_risk, committee_head):
    risk = make_risk(3, 4)
    part, whole = way()
    assert (part.state, whole.state, whole.approved_by) == ("approved", "approved", committee_head)
    risk.refresh_from_db()
    assert (risk.state, risk.approved_value, risk.reviewed_on) == ("open", 12, TODAY)
    assert risk.next_review_on.year == 2027
    row = part.rows.get()
    assert row.data["event"] == risk.event and row.data["actions"][0]["owner"]
    assert register_intact(part) and register_intact(whole)
    risks.risk_change(risk, acting=None, event="Khác")
    row.refresh_from_db()
    assert row.data["event"] == "Hồ sơ trễ hạn" and register_intact(part)
    RegisterRow.objects.filter(pk=row.pk).update(data=row.data | {"event": "Sửa trộm"})
    assert not register_intact(part)


def test_content_stands_still_while_a_register_waits(scaled, unit, staff, head, make_risk):
    part = registers.register_open(scaled, acting=staff, year=2026, unit=unit)
    risk = make_risk()
    part = registers.register_submit(part, acting=staff)
    with pytest.raises(Refused):
        risks.risk_change(risk, acting=staff, event="Khác")
    with pytest.raises(Refused):
        registers.row_decide(part.rows.get(), acting=staff, decision="kept")
    part = registers.register_return(part, acting=head, note="Bổ sung nguyên nhân")
    assert Notification.objects.filter(person=staff, key__startswith="register-returned").exists()
    risks.risk_change(risk, acting=staff, event="Khác")
    assert part.return_note == "Bổ sung nguyên nhân"


def test_whoever_drew_it_up_neither_confirms_nor_approves(scaled, unit, secretary, make_risk):
    make_risk()
    head_and_drafter = factories.person(scaled, Role.UNIT_HEAD, Role.COMMITTEE_HEAD, unit=unit)
    part = registers.register_open(scaled, acting=head_and_drafter, year=2026, unit=unit)
    part = registers.register_submit(part, acting=head_and_drafter)
    assert (part.state, part.confirmed_by) == ("confirmed", head_and_drafter)
    whole = registers.register_open(scaled, acting=secretary, year=2026)
    registers.register_consolidate(whole, part, acting=secretary)
    whole = registers.register_submit(whole, acting=secretary)
    with pytest.raises(Refused):
        registers.register_approve(whole, acting=head_and_drafter)
    with pytest.raises(Refused):
        registers.register_approve(whole, acting=secretary)


def test_staff_submit_to_their_head_who_must_be_somebody_else(scaled, unit, staff, head, make_risk):
    make_risk()
    part = registers.register_open(scaled, acting=staff, year=2026, unit=unit)
    part = registers.register_submit(part, acting=staff)
    assert part.state == "submitted"
    assert Notification.objects.filter(person=head, key__startswith="register:").count() == 1
    with pytest.raises(Refused):
        registers.register_confirm(part, acting=staff)
    registers.register_confirm(part, acting=head)
    with pytest.raises(IllegalTransition):
        registers.register_confirm(part, acting=head)


def test_a_register_that_is_not_ready_says_what_is_missing(scaled, unit, staff, make_risk):
    part = registers.register_open(scaled, acting=staff, year=2026, unit=unit)
    with pytest.raises(Invalid):
        registers.register_submit(part, acting=staff)
    make_risk(4, 4, ready=False, owner=None)
    make_risk(None, ready=False)
    found = {problem.code: problem.codes for problem in register_problems(part)}
    assert found == {
        "no_owner": ("RR-PT-01",),
        "untreated": ("RR-PT-01",),
        "unscored": ("RR-PT-02",),
    }
    risks.risk_treat(Risk.objects.get(code="RR-PT-01"), acting=staff, treatment="reduce")
    assert "no_action" in {problem.code for problem in register_problems(part)}


def test_a_high_accepted_risk_stops_the_approval_until_a_leader_accepts(
    way, make_risk, scaled, unit, staff, head, secretary, committee_head, leader
):
    risk = make_risk(5, 5, ready=False)
    risks.risk_treat(risk, acting=staff, treatment="accept", reason="Ngoài khả năng")
    part = registers.register_open(scaled, acting=staff, year=2026, unit=unit)
    with pytest.raises(Invalid, match="RR-PT-01"):
        way.finish(part)
    whole = Register.objects.get(unit=None)
    assert whole.state == "submitted"
    risks.risk_accept(risk, acting=leader, until=TODAY.replace(month=12), reason="Tới khi có phần mềm mới")
    assert registers.register_approve(whole, acting=committee_head).state == "approved"


def test_next_year_carries_rows_kept_changed_dropped_new(way, make_risk, scaled, unit, staff, monkeypatch):
    kept, changed, dropped = make_risk(2, 2), make_risk(4, 4), make_risk(3, 3)
    part_2025, whole_2025 = way(2025)
    part = registers.register_open(scaled, acting=staff, year=2026, unit=unit)
    assert set(part.rows.values_list("decision", flat=True)) == {""}
    assert part.previous == part_2025
    risks.risk_score(changed, acting=staff, phase="after", first=2, second=2)
    with pytest.raises(Invalid):
        registers.row_decide(part.rows.get(risk=changed), acting=staff, decision="kept")
    with pytest.raises(Invalid):
        registers.row_decide(part.rows.get(risk=dropped), acting=staff, decision="dropped")
    registers.row_decide(
        part.rows.get(risk=dropped), acting=staff, decision="dropped", note="Thủ tục đã bãi bỏ"
    )
    assert registers.rows_keep(part, acting=staff) == 1
    new = make_risk(1, 2, event="Mới")
    part, whole = way.finish(part)
    lines = {line.code: (line.status, line.movement) for line in changes(part_2025, part)}
    assert lines == {
        kept.code: ("kept", "same"),
        changed.code: ("changed", "down"),
        dropped.code: ("dropped", "gone"),
        new.code: ("new", "new"),
    }
    assert {line.code for line in changes(whole_2025, whole)} == set(lines)
    assert {line.code for line in changes(part_2025, part, "")} == set(lines) - {kept.code}
    assert [line.code for line in changes(whole_2025, whole, "down")] == [changed.code]
    counts = comparing.counts_of(comparing.changes(whole_2025, whole))
    assert counts == dict.fromkeys(lines.values(), 1)
    dropped.refresh_from_db()
    assert (dropped.state, dropped.closed_reason) == ("closed", "Thủ tục đã bãi bỏ")


def test_a_second_version_supersedes_the_first(way, make_risk, scaled, unit, staff):
    make_risk()
    part, whole = way()
    second = registers.register_open(scaled, acting=staff, year=2026, unit=unit)
    assert second.version == 2 and second.rows.get().decision == "kept"
    new_part, _new_whole = way.finish(second)
    part.refresh_from_db()
    whole.refresh_from_db()
    assert (part.state, whole.state, new_part.state) == ("superseded", "superseded", "approved")
    assert register_intact(part)


def test_two_registers_of_a_unit_are_never_under_way_at_once(scaled, unit, staff):
    registers.register_open(scaled, acting=staff, year=2026, unit=unit)
    with pytest.raises(Invalid):
        registers.register_open(scaled, acting=staff, year=2027, unit=unit)
    with pytest.raises(Refused):
        registers.register_open(scaled, acting=staff, year=2026)


def test_a_part_can_be_taken_out_while_the_whole_is_drawn_up(scaled, unit, staff, head, secretary, make_risk):
    make_risk()
    part = registers.register_open(scaled, acting=head, year=2026, unit=unit)
    part = registers.register_submit(part, acting=head)
    whole = registers.register_open(scaled, acting=secretary, year=2026)
    with pytest.raises(Refused):
        registers.register_consolidate(whole, part, acting=head)
    part = registers.register_consolidate(whole, part, acting=secretary)
    assert part.parent == whole
    part = registers.register_release(part, acting=secretary)
    assert (part.state, part.parent) == ("confirmed", None)
    registers.register_return(part, acting=secretary, note="Chưa rõ nguyên nhân")


def test_every_step_is_in_the_trail(way, make_risk):
    make_risk()
    way()
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    steps = ("opened", "submitted", "confirmed", "consolidated", "approved")
    assert {f"risks.register.{step}" for step in steps} <= verbs


def test_the_pages_lead_through_the_whole_way(
    scaled, unit, staff, head, secretary, committee_head, login, make_risk
):
    make_risk(3, 4)
    client = login(staff)
    listing = reverse("risks:register-list") + "?year=2026"
    assert client.get(listing).status_code == 200
    opened = client.post(reverse("risks:register-open"), {"unit": unit.pk, "year": "2026"})
    part = Register.objects.get()
    assert opened.url == part.get_absolute_url()
    assert client.get(opened.url).status_code == 200
    assert client.post(reverse("risks:register-submit", args=[part.pk])).status_code == 302
    client = login(head)
    assert client.get(part.get_absolute_url()).context["may_confirm"]
    client.post(reverse("risks:register-confirm", args=[part.pk]))
    client = login(secretary)
    client.post(reverse("risks:register-consolidate", args=[part.pk]))
    client.post(reverse("risks:register-open"), {"year": "2026"})
    client.post(reverse("risks:register-consolidate", args=[part.pk]))
    whole = Register.objects.get(unit=None)
    client.post(reverse("risks:register-submit", args=[whole.pk]))
    client = login(committee_head)
    assert 'id="approve-dialog"' in client.get(whole.get_absolute_url()).content.decode()
    client.post(reverse("risks:register-approve", args=[whole.pk]))
    part.refresh_from_db()
    assert part.state == "approved"
    for page in ("register-detail", "register-compare", "register-export"):
        answer = client.get(reverse(f"risks:{page}", args=[part.pk]))
        assert answer.status_code == 200
        assert answer.getvalue()
    assert client.get(listing).status_code == 200


def test_the_workbook_of_a_register_has_what_its_page_shows(scaled, unit, staff, make_risk, login):
    client = login(staff)
    empty = registers.register_open(scaled, acting=staff, year=2026, unit=unit)
    export = reverse("risks:register-export", args=[empty.pk])
    assert export in client.get(empty.get_absolute_url()).content.decode(), "the pattern of the import"
    assert sheet_of(client, export) == []
    risk, chance = make_risk(), make_risk(kind="opportunity", event="Cơ hội")
    assert sheet_of(client, export) == sorted([risk.code, chance.code])
    assert sheet_of(client, export, kind="opportunity") == [chance.code]
    assert sheet_of(client, export, kind="opportunity", decision="nothing") == [chance.code]
    shown = client.get(empty.get_absolute_url(), {"kind": "opportunity", "decision": "nothing"})
    assert [row.risk for row in shown.context["rows"]] == [chance]
    RegisterRow.objects.filter(risk=risk).update(decision="dropped", note="Không còn")
    assert sheet_of(client, export) == [chance.code]
    assert sheet_of(client, export, decision="dropped") == [risk.code]


def sheet_of(client, address, **asked):
    """The codes in an exported workbook."""
    head, *lines = core_sheets.first_sheet(client.get(address, asked).getvalue())
    at = [str(title) for title in head].index("Mã")
    return sorted(line[at] for line in lines)


def test_what_has_no_score_compares_as_not_scored(way, make_risk):
    """A frozen row without a score holds null, which is no zero."""
    risk = make_risk(3, 4)
    part, _whole = way(2025)
    row = part.rows.get()
    RegisterRow.objects.filter(pk=row.pk).update(data=row.data | {"value": None})
    (one,) = changes(None, part)
    assert (one.risk, one.movement) == (risk.pk, "unknown")
    (line,) = written_out([one])
    assert line.new["value"] is None


def test_the_database_compares_as_the_pure_rule_does(scaled, make_risk, unit):
    """Every decision with every pair of scores, an entry without one and an entry of one year only."""
    scale = make_risk().scale
    old, new = (
        Register.objects.create(agency=scaled, unit=unit, year=year, scale=scale, state="approved")
        for year in (2025, 2026)
    )
    wanted = {}
    cases = [
        (a, b, word) for a in (0, None, 3, 6) for b in (0, None, 3, 6) for word in ("", "kept", "dropped")
    ]
    for number, (was, now, word) in enumerate(cases):
        code = f"X-{number:02d}"
        risk = Risk.objects.create(agency=scaled, unit=unit, code=code, kind="risk", process="x", event=code)
        sides = {old: was, new: now}  # 0: no row
        for register, value in sides.items():
            if value != 0:
                RegisterRow.objects.create(
                    agency=scaled, register=register, risk=risk, data={"value": value},
                    decision=word if register == new else "kept",
                )  # fmt: skip
        if was == now == 0:
            continue
        gone = now == 0 or word == "dropped"
        status = "dropped" if gone else "new" if was == 0 else word or "kept"
        wanted[code] = (status, "gone" if gone else matrix.movement(was or None, now))
    found = changes(old, new)
    assert {one.code: (one.status, one.movement) for one in found} == wanted
    counts = comparing.counts_of(comparing.changes(old, new))
    for only in ("", "all", "new", "kept", "dropped", "up", "down"):
        listed = changes(old, new, only)
        assert len(listed) == sum(n for how, n in counts.items() if comparing.fits(*how, only)), only
        assert all(comparing.fits(one.status, one.movement, only) for one in listed)


def test_the_comparison_shows_what_differs_and_is_exported_as_shown(
    way, make_risk, scaled, unit, staff, login
):
    kept, moved = make_risk(2, 2), make_risk(4, 4)
    way(2025)
    part = registers.register_open(scaled, acting=staff, year=2026, unit=unit)
    risks.risk_score(moved, acting=staff, phase="after", first=2, second=2)
    registers.rows_keep(part, acting=staff)
    way.finish(part)
    client = login(staff)
    page = reverse("risks:register-compare", args=[part.pk])
    export = reverse("risks:register-compare-export", args=[part.pk])

    def codes(only):
        shown = [line.code for line in client.get(page, {"only": only}).context["lines"]]
        assert sheet_of(client, export, only=only) == shown
        return shown

    assert (codes(""), codes("down"), codes("new")) == ([moved.code], [moved.code], [])
    assert codes("all") == sorted([kept.code, moved.code])


def test_rows_are_decided_on_their_page(way, make_risk, scaled, unit, staff, login):
    make_risk()
    make_risk()
    way(2025)
    part = registers.register_open(scaled, acting=staff, year=2026, unit=unit)
    client = login(staff)
    first, second = part.rows.all()
    client.post(reverse("risks:row-keep", args=[first.pk]))
    assert client.post(reverse("risks:row-drop", args=[second.pk]), {"note": ""}).status_code == 422
    client.post(reverse("risks:row-drop", args=[second.pk]), {"note": "Không còn"})
    assert list(part.rows.values_list("decision", flat=True)) == ["kept", "dropped"]
    page = client.get(part.get_absolute_url())
    assert page.context["totals"]["undecided"] == 0


def test_units_not_taken_in_yet_are_not_called_dropped(way, make_risk, scaled, secretary, login):
    """While the agency's register is drawn up, what its units still hold is missing, not given up."""
    risk = make_risk(event="Của một phòng")
    way()
    new = registers.register_open(scaled, acting=secretary, year=2027, unit=None)
    page = login(secretary).get(reverse("risks:register-compare", args=[new.pk]))
    assert [(line.code, line.status) for line in page.context["lines"]] == [(risk.code, "missing")]
    assert page.context["counts"]["dropped"] == 0
    assert "Chưa có trong bảng này" in page.content.decode()
    sheet = login(secretary).get(reverse("risks:register-compare-export", args=[new.pk]))
    assert sheet.status_code == 200 and sheet.getvalue()
