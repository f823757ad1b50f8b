"""The guard against lost updates: what the later one sees and may choose, and that every edit form has it."""

import inspect

import pytest
from django import forms
from django.http import QueryDict
from django.template.loader import get_template
from django.urls import reverse

from audits.models import Nonconformity
from qms.models import AuditEntry, Role
from qms.views import guard
from qms.views.base import FormPage
from tests import factories
from tests.access.world import routes
from tests.pages import as_sent, token_in


def form_pages() -> dict[type[FormPage], list[str]]:
    """Every form page of the portal, with the names of the parts of its address."""
    found: dict[type[FormPage], list[str]] = {}
    for route in routes():
        if isinstance(route.view, type) and issubclass(route.view, FormPage):
            found.setdefault(route.view, []).extend(route.arguments)
    return dict(sorted(found.items(), key=lambda pair: (pair[0].__module__, pair[0].__name__)))


PAGES = form_pages()
GUARDED = [view for view, parts in PAGES.items() if view.shows_record() and (parts or view.guarded)]


def sources_of(name: str) -> str:
    """A template and all it extends, as written."""
    text = get_template(name).template.source
    _before, extends, after = text.partition('{% extends "')
    return text + (sources_of(after.split('"')[0]) if extends else "")


@pytest.mark.parametrize("view", GUARDED, ids=lambda view: f"{view.__module__}.{view.__name__}")
def test_every_form_over_a_record_carries_the_guard(view):
    assert "{% as_shown %}" in sources_of(view.template_name)


@pytest.mark.parametrize("view", PAGES, ids=lambda view: f"{view.__module__}.{view.__name__}")
def test_who_hands_a_record_to_the_form_itself_says_whether_it_is_guarded(view):
    """Initial values need not come from `get_initial`; a form over an instance must say so by `guarded`."""
    kwargs = "".join(
        inspect.getsource(getattr(view, name))
        for name in ("get_form_kwargs", "get_form")
        if getattr(view, name) is not getattr(FormPage, name)
    )
    if '"instance"' in kwargs or "instance=" in kwargs or '"initial"' in kwargs:
        assert view.guarded is not None or view.get_initial is not FormPage.get_initial


def test_most_forms_over_records_are_found():
    assert len(GUARDED) >= 50


@pytest.fixture
def case(agency, secretary):
    from audits.services.nonconformities import nonconformity_open

    return nonconformity_open(
        agency,
        acting=secretary,
        unit=factories.unit(agency),
        origin=Nonconformity.Origin.REPORT,
        grade=Nonconformity.Grade.MINOR,
        title="Ba hồ sơ quá hạn",
        process="QT.04",
        requirement="Phải có văn bản xin lỗi",
        description="Không có văn bản",
        evidence="Xem 20 hồ sơ",
    )


@pytest.fixture
def address(case):
    return reverse("audits:nc-edit", args=[case.pk])


@pytest.fixture
def shown(client, address, secretary):
    """What the secretary's form sends untouched, while a colleague has changed the title meanwhile."""
    client.force_login(secretary.user)
    return as_sent(client.get(address))


@pytest.fixture
def colleague(agency, client, address, shown, secretary):
    """Has changed the title since."""
    other = factories.person(agency, Role.SECRETARY, full_name="Lê Thị Bình")
    client.force_login(other.user)
    assert client.post(address, shown | {"title": "Bốn hồ sơ quá hạn"}).status_code == 302
    client.force_login(secretary.user)
    return other


def test_the_later_one_sees_who_changed_what_and_loses_nothing(client, case, address, shown, colleague):
    answer = client.post(address, shown | {"description": "Tôi viết lại"})
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in (
        "Nội dung đã thay đổi sau khi bạn mở biểu mẫu. Chưa có gì được lưu.",
        "Đã thay đổi trong lúc bạn viết",
        "Lê Thị Bình",
        "Bốn hồ sơ quá hạn",
        "Giữ giá trị này",
        "Tôi viết lại",
        "Bỏ nội dung tôi nhập và mở lại biểu mẫu",
    ):
        assert words in page, words
    case.refresh_from_db()
    assert (case.title, case.description) == ("Bốn hồ sơ quá hạn", "Không có văn bản")
    assert [one.name for one in answer.context["guard"].conflicts] == ["title"]
    assert answer.context["guard"].conflicts[0].theirs  # untouched here, so theirs is proposed


def test_keeping_theirs_saves_the_rest(client, case, address, shown, colleague):
    told = client.post(address, shown | {"description": "Tôi viết lại"})
    again = shown | {"description": "Tôi viết lại", "as-shown": token_in(told), "take-theirs": "title"}
    assert client.post(address, again).status_code == 302
    case.refresh_from_db()
    assert (case.title, case.description) == ("Bốn hồ sơ quá hạn", "Tôi viết lại")


def test_saving_over_it_is_possible_but_knowingly(client, case, address, shown, colleague):
    mine = shown | {"title": "Năm hồ sơ quá hạn"}
    told = client.post(address, mine)
    assert not told.context["guard"].conflicts[0].theirs  # both changed it: mine stays unless I choose
    assert client.post(address, mine | {"as-shown": token_in(told)}).status_code == 302
    case.refresh_from_db()
    assert case.title == "Năm hồ sơ quá hạn"
    first, second = AuditEntry.objects.filter(verb="audits.nonconformity.changed").order_by("at", "id")
    assert first.changes["title"][1] == second.changes["title"][0] == "Bốn hồ sơ quá hạn"


def test_a_form_that_comes_back_unchanged_meanwhile_is_saved_at_once(client, case, address, shown):
    assert client.post(address, shown | {"title": "Hai hồ sơ quá hạn"}).status_code == 302


def test_a_form_with_mistakes_keeps_its_guard(client, address, shown, colleague):
    told = client.post(address, shown | {"title": "Khác"})
    wrong = client.post(address, shown | {"unit": "không có", "title": "", "as-shown": token_in(told)})
    assert wrong.status_code == 422
    assert token_in(wrong)


class Untouched(forms.Form):
    """A list of several choices and round buttons of which none is chosen."""

    several = forms.MultipleChoiceField(choices=[(one, one) for one in "cab"], required=False)
    one = forms.ChoiceField(choices=[("x", "X"), ("y", "Y")], widget=forms.RadioSelect, required=False)


@pytest.mark.django_db
@pytest.mark.parametrize("later", [{"several": ["a"], "one": ""}, {"several": ["c", "a"], "one": "y"}])
def test_what_a_browser_sends_of_untouched_choices_is_known_as_untouched(later):
    """It sends choices as they stand on the page, and nothing where no round button is chosen."""
    token = guard.token_of(Untouched(initial={"several": ["a", "c"], "one": ""}))
    sent = QueryDict("several=c&several=a")
    found = guard.conflicts_of(Untouched(sent, initial=later), token, [], None)
    assert [one.name for one in found] == [
        name for name in ("several", "one") if later[name] not in ("", ["c", "a"])
    ]
    assert all(one.theirs for one in found)
