"""The pages of import profiles: what a source taught, renaming, archiving, forgetting, removing."""

import pytest
from django.urls import reverse

from dossiers import answers, profiles
from dossiers.importers.profile import Answers, built_in, learn
from dossiers.intake import default_profile, sources_of
from dossiers.models import ImportProfile
from qms.exceptions import IllegalTransition, Invalid, Refused
from qms.models import AuditEntry, Role
from tests import factories
from tests.dossiers import books

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(agency, units):
    """A source that taught one column, one status and one unit."""
    unit = next(iter(units.values()))
    taught = Answers(
        {"Số vụ việc": "code"}, {"status": {"Xong rồi": "returned"}, "unit": {"P1": str(unit.pk)}}
    )
    return ImportProfile.objects.create(
        agency=agency, code="binh-minh", name="Bình Minh", mapping=learn(built_in(), taught)
    )


def url(name, *args):
    return reverse(f"dossiers:import-profile{name}", args=args)


def test_the_pages_show_what_a_source_taught(login, one_stop, source, units):
    client = login(one_stop)
    assert "Bình Minh" in client.get(url("-list")).content.decode()
    page = client.get(source.get_absolute_url()).content.decode()
    for text in ("Số vụ việc", "Xong rồi", "P1", next(iter(units))):
        assert text in page
    reader = login(factories.person(source.agency, Role.STAFF))
    page = reader.get(source.get_absolute_url()).content.decode()
    assert "Xong rồi" in page
    assert "/forget/" not in page
    for name in ("-archive", "-restore", "-forget", "-remove"):
        assert reader.post(url(name, source.pk)).status_code == 403
    assert reader.post(source.get_absolute_url(), {"name": "Khác"}).status_code == 403
    stranger = login(factories.person(factories.agency(), Role.SECRETARY))
    assert stranger.get(source.get_absolute_url()).status_code == 404
    assert stranger.post(url("-archive", source.pk)).status_code == 404


def test_a_profile_is_renamed_and_no_two_have_one_name(login, one_stop, source):
    client = login(one_stop)
    assert client.post(source.get_absolute_url(), {"name": "  Một cửa  tỉnh "}).status_code == 302
    source.refresh_from_db()
    assert source.name == "Một cửa tỉnh"
    usual = default_profile(source.agency)
    for name in (usual.name, "", "x" * 161):
        assert client.post(source.get_absolute_url(), {"name": name}).status_code == 422
    assert AuditEntry.objects.filter(verb="dossiers.profile.renamed").count() == 1


def test_an_archived_profile_reads_no_file_until_it_is_brought_back(login, one_stop, source):
    client = login(one_stop)

    def offered():
        form = client.get(reverse("dossiers:import-upload")).context["form"]
        known = [one for one, _mapping in sources_of(source.agency)]
        return source in known, source in form.fields["profile"].queryset

    assert offered() == (True, True)
    assert client.post(url("-archive", source.pk)).status_code == 302
    assert offered() == (False, False)
    with pytest.raises(IllegalTransition):
        profiles.profile_archive(source, acting=one_stop)
    assert client.post(url("-restore", source.pk)).status_code == 302
    assert offered() == (True, True)


def test_the_portals_own_profile_stays(one_stop, agency):
    usual = default_profile(agency)
    for act in (profiles.profile_archive, profiles.profile_remove):
        with pytest.raises(Refused):
            act(usual, acting=one_stop)


def test_what_was_learned_wrong_is_forgotten_and_asked_again(login, one_stop, source, take):
    client = login(one_stop)
    for kind, text in (("status", "Xong rồi"), ("unit", "P1"), ("column", "Số vụ việc")):
        assert client.post(url("-forget", source.pk), {"kind": kind, "text": text}).status_code == 302
    source.refresh_from_db()
    assert (source.mapping["words"], source.mapping["units"]) == (built_in()["words"], {})
    assert source.mapping["columns"] == built_in()["columns"]
    with pytest.raises(Invalid):
        profiles.profile_forget(source, kind="nonsense", text="Xong rồi", acting=one_stop)
    assert client.post(url("-forget", source.pk), {"kind": "\0", "text": "\0"}).status_code == 302


def test_only_a_profile_no_import_was_read_by_is_removed(login, one_stop, source, take):
    client = login(one_stop)
    one = take(books.xlsx([books.row(1)]))
    with pytest.raises(Refused):
        profiles.profile_remove(one.profile, acting=one_stop)
    assert client.post(url("-remove", source.pk)).status_code == 302
    assert not ImportProfile.objects.filter(pk=source.pk).exists()


def test_answers_under_the_name_of_an_archived_source_bring_it_back(one_stop, source, take):
    profiles.profile_archive(source, acting=one_stop)
    found = answers._profile_of(source.agency, "Bình Minh")
    assert found == source
