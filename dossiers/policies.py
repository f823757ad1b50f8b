"""Who may see dossiers and who may import exports (domain A: one-stop desk and secretary)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.models import Dossier
from qms.models import Agency, Person, Role
from qms.policies import ALLOW, Verdict, all_of, any_role, deny, has_any_role, signed_in

IMPORTERS = (Role.SECRETARY, Role.ONE_STOP)
may_import = any_role(*IMPORTERS)


def may_read(person: Person | None) -> Verdict:
    """Everyone of the agency; a superior agency sees published figures only."""
    verdict = signed_in(person)
    if verdict and person is not None and person.roles == frozenset({Role.SUPERIOR}):
        return deny(gettext_lazy("A superior agency sees the published objectives and figures only."))
    return verdict


def can_import(acting: Person | None, agency: Agency) -> Verdict:
    """The one-stop desk and the ISO secretary of the agency; the portal itself always may."""
    if acting is None:
        return ALLOW
    own = ALLOW if acting.agency_id == agency.pk else deny(_("You belong to another agency."))
    return all_of(own, has_any_role(acting, *IMPORTERS))


SURVEYORS = (Role.SECRETARY, Role.ONE_STOP, Role.COMMITTEE_HEAD)
may_survey = any_role(*SURVEYORS)


def can_survey(acting: Person | None, agency: Agency) -> Verdict:
    """Prepare surveys and take their answers: secretary, one-stop desk, head of the committee."""
    if acting is None:
        return ALLOW
    own = ALLOW if acting.agency_id == agency.pk else deny(_("You belong to another agency."))
    return all_of(own, has_any_role(acting, *SURVEYORS))


def can_explain(acting: Person | None, dossier: Dossier) -> Verdict:
    """Say why a dossier is late: people of its unit, the one-stop desk and the secretary."""
    if acting is None:
        return ALLOW
    if acting.agency_id != dossier.agency_id:
        return deny(_("You belong to another agency."))
    if acting.unit_id == dossier.unit_id and acting.has_role(Role.UNIT_HEAD, Role.STAFF):
        return ALLOW
    return has_any_role(acting, *IMPORTERS)


REVOKED = gettext_lazy("This access token was revoked already.")
may_manage_tokens = any_role(Role.ADMIN)


def can_manage_tokens(acting: Person | None, agency: Agency) -> Verdict:
    """The administrator of the agency."""
    if acting is None:
        return ALLOW
    own = ALLOW if acting.agency_id == agency.pk else deny(_("You belong to another agency."))
    return all_of(own, has_any_role(acting, Role.ADMIN))
