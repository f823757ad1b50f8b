"""Which source reads a file, and that what was answered once is not asked again."""

import pytest
from django.core.management import call_command

from dossiers import profiles
from dossiers.models import Dossier, ImportProfile
from tests.dossiers import books
from tests.dossiers.test_printed_exports import answer, upload

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
