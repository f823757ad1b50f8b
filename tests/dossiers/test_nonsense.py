"""Nonsense in forms and addresses of imports, surveys, tokens, procedures, reports: never an error."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dossiers import surveys
from dossiers.models import Procedure
from qms import clock
from qms.models import Role
from tests import factories
from tests.dossiers import books

pytestmark = pytest.mark.django_db
ODD = ("\0", "x" * 5000, "NaN", "31/02/2025", "9" * 20)
ASKED = (
    "q", "fact", "from", "to", "unit", "status", "procedure", "problem", "as_of", "page", "sort", "seq",
    "state", "online", "field", "year", "period", "by", "period_a", "formula_a", "unit_a",
)  # fmt: skip
QUIET = {200, 302, 400, 403, 404, 409, 422}


@pytest.fixture
def desk(agency, units, login):
    """Someone who may do all of it."""
    return login(factories.person(agency, Role.SECRETARY, Role.ONE_STOP, Role.ADMIN))


def addresses(*names):
    return [(name, reverse(f"dossiers:{name}")) for name in names]


def test_lists_and_reports_take_any_address(desk, take):
    take(books.xlsx([books.row(1)]))
    pages = addresses("dossier-list", "import-list", "procedure-list", "quality", "survey-list")
    pages += addresses("import-profile-list")
    pages += [
        (name, reverse(f"objectives:{name}")) for name in ("report", "compare", "dashboard", "province")
    ]
    for name, url in pages:
        for odd in ODD:
            response = desk.get(url, dict.fromkeys(ASKED, odd))
            assert response.status_code in QUIET, (name, odd)


def test_forms_take_any_text(desk, agency, take):
    one = take(books.xlsx([books.row(1)]))
    today = clock.today()
    survey = surveys.survey_create(agency, title="KS", opens_on=today, closes_on=today, acting=None)
    procedure = Procedure.objects.get()
    urls = {
        reverse("dossiers:import-upload"): ("profile",),
        reverse("dossiers:import-start", args=[one.pk]): ("as_of", "all_or_nothing"),
        reverse("dossiers:import-reading", args=[one.pk]): ("source", "dates", "column-0"),
        reverse("dossiers:import-undo", args=[one.pk]): ("reason",),
        one.profile.get_absolute_url(): ("name",),
        reverse("dossiers:import-profile-forget", args=[one.profile.pk]): ("kind", "text"),
        reverse("dossiers:procedure-change", args=[procedure.pk]): (
            "name", "field", "online_level", "online_eligible", "regulated_time", "regulated_unit", "on",
        ),
        reverse("dossiers:survey-create"): ("title", "opens_on", "closes_on", "population"),
        reverse("dossiers:survey-codes", args=[survey.pk]): ("unit", "count"),
        reverse("dossiers:survey-answers", args=[survey.pk]): ("answered_on",),
        reverse("api-token-list"): ("name",),
    }  # fmt: skip
    for url, names in urls.items():
        for odd in ODD:
            response = desk.post(url, dict.fromkeys(names, odd))
            assert response.status_code in QUIET, (url, odd)


def test_files_that_are_nothing_are_refused_with_words(desk):
    for name in ("a.xlsx", "a.xls", "a.exe", "x" * 300 + ".csv"):
        for content in (b"", b"\0" * 100, b"PK\x03\x04", b"a,b\n"):
            response = desk.post(
                reverse("dossiers:import-upload"), {"file": SimpleUploadedFile(name, content)}
            )
            assert response.status_code in QUIET, (name, content)
