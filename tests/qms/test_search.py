"""The search box: accents do not matter, only what one may see, grouped by kind."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext

from qms import registry, search
from qms.models import SearchEntry
from tests import factories


def findable(agency, title, **more):
    person = factories.person(agency, full_name=title)
    search.index(person, title=title, **more)
    return person


def titles(person, query, **more):
    return [hit.title for hit in search.find(person, query, **more)]


@pytest.mark.parametrize("query", ["đo lường", "do luong", "ĐO LƯỜNG", "lường đo", "  do   luo "])
def test_accents_case_and_order_do_not_matter(agency, secretary, query):
    findable(agency, "Phòng Đo lường")
    assert titles(secretary, query) == ["Phòng Đo lường"]


def test_every_word_must_be_there(agency, secretary):
    findable(agency, "Phòng Đo lường")
    assert titles(secretary, "đo đạc") == []
    assert titles(secretary, "") == titles(secretary, "   ") == []


def test_a_percent_sign_is_a_percent_sign(agency, secretary):
    findable(agency, "Chỉ tiêu 98 %")
    findable(agency, "Chỉ tiêu khác")
    assert titles(secretary, "%") == ["Chỉ tiêu 98 %"]


def test_titles_in_this_order_come_first(agency, secretary):
    findable(agency, "Biên bản họp", text="quản lý rủi ro")
    findable(agency, "Rủi ro trong quản lý")
    findable(agency, "Quản lý rủi ro 2026")
    for number in range(3):
        findable(agency, f"Khác {number}", text="quản lý rủi ro")
    assert titles(secretary, "quản lý rủi ro")[:2] == ["Quản lý rủi ro 2026", "Rủi ro trong quản lý"]


def test_another_agency_is_not_found(agency, other_agency, secretary):
    findable(other_agency, "Nguyễn Thị Đào")
    assert titles(secretary, "đào") == []


def test_words_are_written_in_the_language_of_the_installation(agency, secretary):
    @search.indexer
    def write(person):
        search.index(person, title=person.full_name, subtitle=gettext("List of records"))

    with translation.override("en"):
        write(factories.person(agency))
    assert [hit.subtitle for hit in search.find(secretary, "danh mục hồ sơ")] == ["Danh mục hồ sơ"]


def test_a_record_one_may_not_see_is_not_found(agency, secretary):
    person = findable(agency, "Sẽ biến mất")
    type(person).objects.filter(pk=person.pk).update(agency=factories.agency())
    assert titles(secretary, "biến mất") == []


def test_the_page_groups_by_kind_and_shows_all_of_one(agency, secretary, login):
    for number in range(9):
        findable(agency, f"Nguyễn Văn {number}")
    search.index(factories.unit(agency, "Phòng Nguyễn"), title="Phòng Nguyễn")
    client = login(secretary)
    page = client.get("/search/?q=nguyen")
    assert [(group.kind, group.count, len(group.hits)) for group in page.context["groups"]] == [
        ("qms.orgunit", 1, 1),
        ("qms.person", 9, 6),
    ]
    assert "kind=qms.person" in page.content.decode()
    (group,) = client.get("/search/?q=nguyen&kind=qms.person").context["groups"]
    assert len(group.hits) == 9


def test_while_typing_only_the_results_come(agency, secretary, login):
    findable(agency, "Nguyễn Văn A")
    part = login(secretary).get("/search/?q=nguyen", headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="results">')
    assert "Nguyễn Văn A" in part


def test_what_is_typed_is_shown_as_text(secretary, login):
    page = login(secretary).get("/search/?q=<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in page


def test_nothing_found_says_what_to_try(secretary, login):
    assert 'class="empty"' in login(secretary).get("/search/?q=zzzz").content.decode()


def test_records_too_many_for_the_index_are_found_by_their_app(agency, secretary, monkeypatch):
    hit = search.Hit("dossiers.dossier", "H19.16-1", "", "/x/")
    monkeypatch.setattr(registry.search_providers, "entries", [lambda person, words: [hit] * 200])
    assert len(search.find(secretary, "h19", limit=500)) == search.MOST_PROVIDED


def test_the_index_is_written_anew_from_the_records(agency, capsys):
    person = factories.person(agency, full_name="Võ Thị Lan")
    SearchEntry.objects.create(
        agency=agency, kind="qms.person", object_id=agency.pk, title="rác", url="/", folded="rac",
        changed_at="2026-01-01T00:00:00Z",
    )  # fmt: skip
    call_command("rebuild_search")
    assert list(SearchEntry.objects.values_list("title", flat=True)) == [str(person)]
    assert agency.code in capsys.readouterr().out


def test_searching_asks_the_database_as_often_for_2_records_as_for_20(
    agency, secretary, login, django_assert_max_num_queries
):
    client = login(secretary)
    client.get("/search/?q=nguyen")
    counts = []
    for rows in (2, 18):
        for number in range(rows):
            findable(agency, f"Nguyễn {number}")
        with django_assert_max_num_queries(25) as asked:
            client.get("/search/?q=nguyen")
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own index")
def test_postgresql_has_a_trigram_index_where_the_extension_is_allowed(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'")
        (installed,) = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'qms_searchentry_folded_trgm'")
        assert cursor.fetchone()[0] == installed
