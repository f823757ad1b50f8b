"""Which source reads a file, and that what was answered once is not asked again."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from dossiers import profiles
from dossiers.models import Dossier, ImportProfile
from tests.dossiers import books
from tests.dossiers.test_printed_exports import answer, upload, work

pytestmark = pytest.mark.django_db
ODD = {"Trạng thái": "Sắp xong"}
NUMBER = ["#" if title == "STT" else title for title in books.HEADER]
NOTED = [*books.HEADER, "Ghi chú"]


@pytest.fixture
def desk(login, one_stop):
    return login(one_stop)


def taught(desk, header, name="Nguồn khác"):
    """A source that taught one word and nothing else: its columns are those everybody knows."""
    one = upload(desk, books.text([books.row(1, **ODD)], header=header), f"{name}.csv")
    assert one.understood["words"] == {"status": [["Sắp xong", 1]]}
    answer(desk, one, **{"word-status-0": "processing", "source": name})
    assert one.understood["words"] == {}


@pytest.mark.parametrize(("first", "later"), [(NUMBER, NUMBER), (books.HEADER, NOTED), (NOTED, books.HEADER)])
def test_what_a_source_taught_reads_its_later_files(desk, agency, tmp_path, first, later):
    """Also with a title without letters, a column more, or a column less."""
    taught(desk, first)
    content = books.text([books.row(2, **ODD)], header=later)
    again = upload(desk, content, "sau.csv")
    assert (again.profile.name, again.understood["words"]) == ("Nguồn khác", {})
    path = tmp_path / "lenh.csv"
    path.write_bytes(content)
    call_command("import_dossiers", str(path), "--guess")
    assert Dossier.objects.get(agency=agency).status == "processing"


def test_a_title_forgotten_does_not_throw_the_other_answers_away(desk, one_stop):
    taught(desk, books.HEADER)
    source = ImportProfile.objects.get(name="Nguồn khác")
    profiles.profile_forget(source, kind="column", text="STT", acting=one_stop)
    again = upload(desk, books.text([books.row(2, **ODD)]), "sau.csv")
    assert (again.profile.name, again.understood["words"]) == ("Nguồn khác", {})


def test_of_two_sources_that_are_alike_the_very_same_titles_decide(desk):
    taught(desk, books.HEADER, "Một")
    one = upload(desk, books.text([books.row(2, **{"Trạng thái": "Bay rồi"})], header=NOTED), "hai.csv")
    answer(desk, one, **{"word-status-0": "stopped", "source": "Hai"})
    for header, name in ((books.HEADER, "Một"), (NOTED, "Hai")):
        again = upload(desk, books.text([books.row(3, **ODD)], header=header), f"{name} sau.csv")
        assert again.profile.name == name


def test_a_column_a_source_left_out_stays_out(desk, agency):
    """Its later files are its own, although everybody else would know one column more."""
    place = f"column-{books.HEADER.index('Đánh giá')}"
    one = upload(desk, books.text([books.row(1)]), "mot.csv")
    answer(desk, one, **{place: ""})
    again = upload(desk, books.text([books.row(2)]), "sau.csv")
    assert again.profile.name == "Nguồn khác"
    assert {column["title"]: column["field"] for column in again.understood["columns"]}["Đánh giá"] == ""


def coded(*codes):
    rows = [books.row(number, **{"Mã hồ sơ": code}) for number, code in enumerate(codes, start=1)]
    return books.text([books.row(9), *rows])


@pytest.mark.parametrize("codes", ["usual", "any"])
def test_codes_that_really_are_wrong_are_rejected_and_the_others_imported(desk, agency, codes):
    """Whatever is answered of how codes are written, it is asked once."""
    one = upload(desk, coded("HS#1", "HS#2"), "in.csv")
    assert one.understood["odd_codes"]
    answer(desk, one, codes=codes)
    assert (one.understood["open"], one.read_count, one.rejected_count) == (False, 3, 2)
    desk.post(reverse("dossiers:import-start", args=[one.pk]), {"as_of": "31/12/2025"})
    work()
    assert list(Dossier.objects.filter(agency=agency).values_list("code", flat=True)) == [
        books.row(9)["Mã hồ sơ"]
    ]
    again = upload(desk, coded("HS#3", "HS#4"), "sau.csv")
    assert (again.profile.name, again.understood["open"]) == ("Nguồn khác", False)


def test_the_form_of_codes_nobody_was_asked_about_is_still_asked(desk):
    """What the page proposes beside another question, or for another column, says nothing of the codes."""
    taught(desk, books.HEADER)
    one = upload(desk, coded("TN-1", "TN-2"), "sau.csv")
    assert (one.profile.name, one.understood["odd_codes"]) == ("Nguồn khác", True)
    titles = [column["title"] for column in one.understood["columns"]]
    code, officer = titles.index("Mã hồ sơ"), titles.index("Cán bộ thụ lý")
    answer(desk, one, codes="usual", **{f"column-{code}": "", f"column-{officer}": "code"})
    assert one.understood["odd_codes"]
