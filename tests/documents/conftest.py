"""An agency that can issue papers: one person per part in it, trial keys in a folder of their own."""

from types import SimpleNamespace

import pytest

from documents.content import Kind, PaperContent
from documents.services import paper_create
from documents.services.keys import trial_keys_ensure
from qms.models import Role
from tests import factories
from tests.documents import samples

PASSWORD = "mat-khau-thu-1"


@pytest.fixture(autouse=True)
def key_folders(settings, tmp_path_factory):
    """One trial authority for the whole run (founding costs a key generation)."""
    base = tmp_path_factory.getbasetemp() / "trial-keys"
    settings.KEYS_DIR = base
    settings.TRUST_ROOTS = str(base / "roots")
    return base


@pytest.fixture
def office(agency):
    """The people of an office: drafter, head, leader (signer), clerk."""
    agency.name = "Sở Khoa học và Công nghệ"
    agency.save(update_fields=["name"])
    return SimpleNamespace(
        agency=agency,
        drafter=factories.person(agency, Role.SECRETARY, full_name="Vũ Minh Thư"),
        head=factories.person(agency, Role.COMMITTEE_HEAD, full_name="Đặng Quốc Huy"),
        leader=factories.person(agency, Role.LEADER, full_name="Trịnh Bảo Long", position="Phó Giám đốc"),
        clerk=factories.person(agency, Role.CLERK, full_name="Lý Mỹ Tâm"),
        staff=factories.person(agency, Role.STAFF, full_name="Ngô Gia Hân"),
    )


@pytest.fixture
def keys(office):
    """Trial keys of the agency and its leader."""
    return trial_keys_ensure(office.agency, [office.leader])


@pytest.fixture
def draft(office):
    """A drafted decision with two annexes."""
    return paper_create(
        agency=office.agency,
        kind=Kind.DECISION,
        content=samples.decision(),
        signer=office.leader,
        acting=office.drafter,
    )


@pytest.fixture
def make_draft(office):
    """Drafts with other texts: make_draft(title=…) -> Paper."""

    def make(**changes):
        content = PaperContent.model_validate({**samples.decision_data(), "annexes": [], **changes})
        return paper_create(
            agency=office.agency,
            kind=Kind.DECISION,
            content=content,
            signer=office.leader,
            acting=office.drafter,
        )

    return make


@pytest.fixture
def to_desk(office, keys):
    """Bring a draft to the clerk's desk: to_desk(paper) -> Paper."""
    from documents.services import paper_approve, paper_authorise, paper_submit

    def walk(paper):
        paper = paper_submit(paper, acting=office.drafter)
        paper = paper_approve(paper, acting=office.head)
        return paper_authorise(paper, password=PASSWORD, acting=office.leader)

    return walk
