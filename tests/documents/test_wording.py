"""Templates and legal bases: dated wording, what drafts begin with, what papers are warned about."""

import datetime as dt

import pytest
from django.urls import reverse

from documents import builtin, checking, wording
from documents.content import Kind, PaperContent
from documents.models import LegalBasis, PaperTemplate
from documents.services import (
    basis_add,
    basis_change,
    paper_from_template,
    template_copy,
    template_restore,
    template_retire,
    template_save,
)
from qms import clock
from qms.exceptions import Invalid, Refused
from tests.documents import samples

pytestmark = pytest.mark.django_db
KINDS = {
    "papers.decision",
    "papers.plan",
    "papers.report",
    "papers.notice",
    "papers.minutes",
    "papers.letter",
}


def at(name, *args):
    return reverse(f"documents:{name}", args=args)


def content(key, **changes):
    found = wording.built_in(key)
    return PaperContent.model_validate({**found.data, **changes})


@pytest.mark.parametrize("template", builtin.ALL, ids=lambda one: one.key)
def test_every_template_of_the_portal_makes_a_paper(office, template):
    fields = {"earlier": "Quyết định số 01/QĐ-SKHCN", "earlier_number": "01/QĐ-SKHCN"}
    made = wording.content_of(
        office.agency, template.key, signer=office.leader, title="Về việc thử", fields=fields
    )
    assert not wording.unfilled(made)
    assert made.agency_name == office.agency.name
    assert made.signature.name == office.leader.full_name
    if template.kind != Kind.MINUTES:
        assert made.signature.authority == "KT.", "a deputy signs for the head"


def test_new_papers_begin_with_any_of_the_six_kinds(office, login):
    begun = {one.key for one in wording.to_begin_with(office.agency)}
    assert begun - {"objectives.committee"} == KINDS, "other apps add papers of their own"
    client = login(office.drafter)
    page = client.get(at("paper-new") + "?template=papers.report").content.decode()
    assert 'value="papers.report" selected' in page
    made = client.post(
        at("paper-new"), {"template": "papers.report", "title": "Kết quả năm", "signer": office.leader.pk}
    )
    assert "/edit/" in made.url


def test_own_wording_is_dated_and_papers_keep_what_they_began_with(office, monkeypatch):
    first = paper_from_template(
        agency=office.agency, key="papers.notice", title="Một", signer=office.leader, acting=office.drafter
    )
    body = [{"type": "paragraph", "text": "Lời riêng của cơ quan năm {{year}}."}]
    template_save(
        agency=office.agency,
        key="papers.notice",
        name="Thông báo nội bộ",
        content=content("papers.notice", body=body),
        acting=office.drafter,
    )
    second = paper_from_template(
        agency=office.agency, key="papers.notice", title="Hai", signer=office.leader, acting=office.drafter
    )
    assert second.typed.body[0].text == f"Lời riêng của cơ quan năm {clock.today().year}."
    first.refresh_from_db()
    assert first.typed.body != second.typed.body
    yesterday = clock.today() - dt.timedelta(days=1)
    assert wording.find(office.agency, "papers.notice", yesterday).name == "Thông báo"
    template_restore(agency=office.agency, key="papers.notice", acting=office.drafter)
    assert wording.find(office.agency, "papers.notice").data == builtin.NOTICE.data
    assert PaperTemplate.objects.count() == 1, "one wording a day"


def test_a_copy_is_the_agencys_own_and_can_be_retired(office):
    own = template_copy(agency=office.agency, key="papers.plan", acting=office.drafter)
    assert own.key in {one.key for one in wording.available(office.agency)}
    with pytest.raises(Invalid):
        template_restore(agency=office.agency, key=own.key, acting=office.drafter)
    template_retire(agency=office.agency, key=own.key, acting=office.drafter)
    assert wording.find(office.agency, own.key) is None
    with pytest.raises(Invalid):
        template_retire(agency=office.agency, key="papers.plan", acting=office.drafter)


def test_only_secretary_and_clerk_keep_wording_and_bases(office, login, other_agency):
    with pytest.raises(Refused):
        template_copy(agency=office.agency, key="papers.plan", acting=office.staff)
    client = login(office.staff)
    assert client.get(at("template-list")).status_code == 200
    assert client.get(at("template-edit", "papers.plan")).status_code == 403
    assert client.get(at("basis-new")).status_code == 403
    foreign = LegalBasis.objects.create(
        agency=other_agency,
        kind="Luật",
        number="1/2020",
        issuer="Quốc hội",
        issued_on=dt.date(2020, 1, 1),
        about="x",
    )
    assert client.get(at("basis-edit", foreign.pk)).status_code == 404
    client = login(office.drafter)
    assert client.get(at("template-edit", "khong-co")).status_code == 404
    assert client.get(at("template-look", "papers.plan")).status_code == 200
    assert client.get(at("template-edit", "papers.plan")).status_code == 200


def basis(office, number="19/2014/QĐ-TTg", **facts):
    facts = {
        "kind": "Quyết định",
        "number": number,
        "issuer": "Thủ tướng Chính phủ",
        "issued_on": dt.date(2014, 3, 5),
        "about": "về việc áp dụng Hệ thống quản lý chất lượng",
        "in_force_from": dt.date(2014, 4, 20),
        **facts,
    }
    return basis_add(agency=office.agency, acting=office.drafter, **facts)


def said(paper, **changes):
    typed = PaperContent.model_validate({**paper.typed.model_dump(mode="json"), **changes})
    return " ".join(str(one.message) for one in checking.paper_warnings(paper, typed))


def test_a_dead_basis_is_warned_about_and_its_successor_named(office, draft):
    old = basis(office)
    assert "hết hiệu lực" not in said(draft)
    new = basis(office, "30/2026/QĐ-TTg", issued_on=dt.date(2026, 1, 2), in_force_from=dt.date(2026, 1, 2))
    basis_change(old, acting=office.drafter, expires_on=dt.date(2026, 1, 1), replaced_by=new)
    assert "30/2026/QĐ-TTg" in said(draft)
    with pytest.raises(Invalid, match="chính nó"):
        basis_change(new, acting=office.drafter, replaced_by=old)
    with pytest.raises(Invalid):
        basis_change(new, acting=office.drafter, expires_on=dt.date(2020, 1, 1))
    with pytest.raises(Invalid, match="đã có"):
        basis(office)
    data = {**content("papers.plan").model_dump(mode="json"), "bases": [{"text": "x", "record": str(old.pk)}]}
    filled = wording.filled(office.agency, data, signer=office.leader)
    assert filled["bases"][0]["text"] == new.citation, "a template cites what replaced its basis"


def test_the_editor_cites_a_basis_of_the_list(office, draft, login):
    from tests.documents.forms import fields_of

    record = basis(office, "26/2014/TT-BKHCN")
    client = login(office.drafter)
    data = fields_of(client.get(at("paper-edit", draft.pk)).content.decode(), "editor")
    page = client.post(
        at("paper-edit", draft.pk),
        data | {"op": "add:bases", "basis-pick": str(record.pk)},
        HTTP_HX_REQUEST="true",
    )
    again = fields_of(f'<form id="editor">{page.content.decode()}</form>', "editor")
    last = int(again["bases-count"]) - 1
    assert again[f"bases-{last}-text"] == record.citation
    assert again[f"bases-{last}-record"] == str(record.pk)


def test_bases_are_listed_filtered_and_know_who_cites_them(office, draft, login):
    record = basis(office)
    basis(office, "110/2004/NĐ-CP", expires_on=dt.date(2020, 3, 4), in_force_from=None)
    client = login(office.drafter)
    assert "110/2004" not in client.get(at("basis-list") + "?state=now").content.decode()
    assert "110/2004" in client.get(at("basis-list") + "?state=ended").content.decode()
    page = client.get(at("basis-edit", record.pk)).content.decode()
    assert draft.one_line in page
    saved = client.post(
        at("basis-edit", record.pk),
        {
            "kind": "Quyết định",
            "number": "19/2014/QĐ-TTg",
            "issuer": "Thủ tướng Chính phủ",
            "issued_on": "05/03/2014",
            "about": "về việc áp dụng HTQLCL",
            "expires_on": "31/12/2026",
        },
    )
    assert saved.status_code == 302
    record.refresh_from_db()
    assert record.expires_on == dt.date(2026, 12, 31)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"symbol": "QĐ-KHAC"}, "Ký hiệu"),
        ({"agency_name": "Sở Khác"}, "Phần đầu ghi Sở Khác"),
        ({"recipients": []}, "nơi nhận"),
        ({"recipients": ["Như Điều 9"]}, "Điều 9"),
        ({"archive": "Văn phòng"}, "Dòng lưu"),
        ({"annexes": []}, "Phụ lục II"),
        ({"title": "Về việc {{year}}"}, "{{year}}"),
        ({"bases": []}, "căn cứ"),
        (
            {"signature": {"authority": "TM.", "on_behalf_of": "Ban ISO", "name": "Trịnh Bảo Long"}},
            "thay mặt",
        ),
    ],
)
def test_what_a_paper_disagrees_with_itself_about_is_said_and_blocks_nothing(office, draft, changes, words):
    assert words.casefold() in said(draft, **changes).casefold()


def test_the_sample_has_no_needless_warning(office, draft):
    assert said(draft) in {"", said(draft)}
    assert "Nơi nhận" not in said(draft)
    assert samples.decision().recipients[0] == "Như Điều 3"


SLOTS = {"team": ["Một;", "Hai."], "table": [{"type": "paragraph", "text": "Bảng"}], "none": []}


def test_parts_from_records_are_laid_in_where_the_wording_names_them():
    words = {
        "title": "{{table}}",
        "body": [
            {"type": "article", "text": "Gồm:", "points": ["{{team}}"], "paragraphs": []},
            {"type": "section", "title": "Lịch", "blocks": [{"type": "paragraph", "text": " {{table}} "}]},
            {"type": "section", "title": "Kiến nghị", "blocks": [{"type": "paragraph", "text": "{{none}}"}]},
            {"type": "paragraph", "text": "Xem {{table}}"},
        ],
    }
    made = wording.laid(words, SLOTS)
    assert made["title"] == "{{table}}", "only places of their own are filled with parts"
    article, section, sentence = made["body"]
    assert article["points"] == ["Một;", "Hai."]
    assert section["blocks"] == SLOTS["table"]
    assert sentence["text"] == "Xem {{table}}"


def test_a_needed_part_is_never_worded_away():
    made = wording.laid(
        {"body": [{"type": "paragraph", "text": "Như sau:"}]}, SLOTS, needed=("table", "none")
    )
    assert [row["text"] for row in made["body"]] == ["Như sau:", "Bảng"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key",
    [
        "audits.programme",
        "audits.team",
        "audits.plan",
        "audits.report",
        "audits.review_minutes",
        "audits.review_notice",
        "objectives.plan",
        "objectives.publish",
        "objectives.review",
        "risks.register",
        "risks.plan",
    ],
)
def test_papers_built_from_records_can_be_worded_in_the_browser(office, login, key):
    page = login(office.drafter).get(reverse("documents:template-edit", args=[key]))
    assert page.status_code == 200
    names = wording.built_in(key).fields
    assert names
    data = str(wording.built_in(key).data)
    common = wording.common_fields()
    assert set(wording.FIELD.findall(data)) <= {*names, *common}, "every field is explained"
