"""An agency that can issue papers: one person per part in it, trial keys in a folder of their own."""

from types import SimpleNamespace

import pytest

from documents.content import Kind, PaperContent
from documents.services import paper_create
from documents.services.keys import key_add
from documents.signing.images import seal_image, signature_image
from documents.signing.trial import TrialAuthority
from qms.models import Role
from tests import factories
from tests.documents import samples

PASSWORD = "mat-khau-thu-1"


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """One trial authority for the whole run (founding costs a key generation)."""
    base = tmp_path_factory.mktemp("trial-keys")
    return TrialAuthority(base, base / "roots")


@pytest.fixture(scope="session")
def made_keys(authority):
    """The keys of an agency and its leader, made once for the whole run."""
    name = "Sở Khoa học và Công nghệ"
    leader, title = "Trịnh Bảo Long", "Phó Giám đốc"
    return SimpleNamespace(
        leader=(authority.issue(leader, name, title), signature_image(leader)),
        agency=(authority.issue(name, name), seal_image(name)),
    )


@pytest.fixture(autouse=True)
def key_folders(settings, authority):
    """The portal finds the keys and roots of the run."""
    settings.KEYS_DIR = authority.folder
    settings.TRUST_ROOTS = str(authority.roots)
    return authority.folder


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
def keys(office, made_keys):
    """Trial keys of the agency and its leader."""
    for person, (fresh, image) in ((None, made_keys.agency), (office.leader, made_keys.leader)):
        key_add(
            agency=office.agency,
            person=person,
            container=fresh.container,
            password=fresh.password,
            image=image,
            is_trial=True,
            acting=None,
        )


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
