"""What the demonstration shows of this app without anybody asking for it."""

import pytest

from qms.models import Agency
from risks.models import Register, Suggestion
from risks.services.freezing import register_intact

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def june():
    """The demonstration lives today; the other tests of the app in June 2026."""


@pytest.fixture
def demo(demonstration, db):
    return Agency.objects.get(code="SKHCN-DNAI")


def test_suggestions_of_the_dossiers_are_filled_in(demo):
    """Whether dossiers are late in clusters depends on the day; test_suggestions shows it on fixed ones."""
    for one in Suggestion.objects.filter(agency=demo, provider="overdue"):
        assert one.reason and one.url and one.unit is not None and one.draft["procedure"], one.title


def test_the_registers_of_the_demonstration_are_approved_and_intact(demo):
    approved = Register.objects.filter(agency=demo, state=Register.State.APPROVED)
    assert approved.filter(unit=None).exists()
    assert all(register_intact(one) for one in approved)
