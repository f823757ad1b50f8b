"""What a year's work comes to in the demonstration: the manual as a paper, a declaration, an audit pack.

The last step over all apps: it needs the papers, reviews and records of the others.
"""

import datetime as dt

from audits.models import SelfDeclaration
from audits.services.declarations import declaration_paper, declaration_prepare
from documents.exceptions import KeyUnusable
from documents.models import AuditPack
from documents.services.packs import job_of, pack_start, sealing_key
from library.models import DocumentVersion
from library.papers import version_paper
from objectives.demo import paper_through, person
from objectives.formula_book import Source
from objectives.models import Target
from objectives.services.attainment import attainment_request
from qms import clock, jobs
from qms.exceptions import Invalid
from qms.models import Agency
from qms.selectors.standard import edition_in_force

PACK_OF = dt.date(2025, 12, 31)
ACTIVITIES = (
    "Tiếp nhận, giải quyết thủ tục hành chính thuộc phạm vi quản lý nhà nước về khoa học và công nghệ; "
    "các quy trình nội bộ phục vụ việc giải quyết thủ tục hành chính."
)


def load(agency: Agency) -> None:
    """Only what is missing."""
    _manual(agency)
    _figures(agency)
    _declaration(agency)
    _pack(agency)


def _manual(agency: Agency) -> None:
    """The manual in force, issued by a decision with the whole text as its annex."""
    in_force = DocumentVersion.objects.effective(clock.today()).filter(agency=agency)
    version = in_force.filter(document__kind="manual").select_related("document__agency").first()
    if version is None or version.effective_on is None:
        return
    leader = person(agency, "lanhdao")
    if version.paper is None:
        version_paper(version, signer=leader, acting=person(agency, "thuky"))
        version.refresh_from_db()
    paper_through(version.paper, signer=leader, issued_on=version.effective_on - dt.timedelta(days=1))


def _figures(agency: Agency) -> None:
    """Targets on training counted anew: courses were recorded after the objectives were issued."""
    year = clock.today().year
    if Target.objects.filter(
        objective_set__agency=agency, objective_set__year=year, formula__startswith="TRAINED"
    ).exists():
        job = attainment_request(agency=agency, year=year, acting=None, source=Source.TRAINING)
        if job.params["source"] == Source.TRAINING:  # else everything waits to be computed anyway
            jobs.run_or_wait(job)


def _declaration(agency: Agency) -> None:
    """The declaration of the year, its paper drafted when everything it needs is there."""
    if SelfDeclaration.objects.filter(agency=agency).exists():
        return
    secretary = person(agency, "thuky")
    one = declaration_prepare(agency, activities=ACTIVITIES, acting=secretary)
    try:
        declaration_paper(one, signer=person(agency, "lanhdao"), acting=secretary)
    except Invalid:  # something compulsory is still missing on this day of the year; the page says what
        return


def _pack(agency: Agency) -> None:
    """What there was to show at the end of 2025, signed when the agency's key can."""
    edition = edition_in_force(clock.today())
    if edition is None or AuditPack.objects.filter(agency=agency).exists():
        return
    try:
        sign = bool(sealing_key(agency))
    except KeyUnusable:
        sign = False
    pack = pack_start(agency, on=PACK_OF, edition=edition, sign=sign, acting=person(agency, "thuky"))
    job = job_of(pack)
    if job is not None:
        jobs.run_or_wait(job)
