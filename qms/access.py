"""Who may change agencies, units, people, roles, the calendar and the clauses that apply (5.3, 4.3)."""

from django.utils.translation import gettext as _

from qms.models import Agency, Person, Role, RoleDelegation
from qms.policies import ALLOW, Verdict, all_of, any_role, deny, has_any_role, signed_in

NOT_DELEGABLE = frozenset({Role.SUPERIOR})

may_administer = any_role(Role.ADMIN)
may_read = signed_in
may_see_settings = any_role(Role.ADMIN, Role.SECRETARY, Role.LEADER, Role.COMMITTEE_HEAD)
may_edit_clauses = any_role(Role.ADMIN, Role.SECRETARY)


def _of(acting: Person, agency: Agency) -> Verdict:
    if acting.agency_id == agency.pk:
        return ALLOW
    return deny(_("You belong to another agency."))


def can_administer(acting: Person | None, agency: Agency) -> Verdict:
    """Administrators of the agency; the portal itself always may."""
    if acting is None:
        return ALLOW
    return all_of(_of(acting, agency), has_any_role(acting, Role.ADMIN))


def can_publish_edition(acting: Person | None, agency: Agency) -> Verdict:
    """Whoever runs the installation: editions are shared by all its agencies."""
    if acting is None:
        return ALLOW
    if acting.user is not None and acting.user.is_superuser:
        return can_administer(acting, agency)
    return deny(_("Editions are shared by every agency here; whoever runs the portal publishes them."))


def can_edit_clauses(acting: Person | None, agency: Agency) -> Verdict:
    """Administrators and the ISO secretary say which clauses apply."""
    if acting is None:
        return ALLOW
    return all_of(_of(acting, agency), has_any_role(acting, Role.ADMIN, Role.SECRETARY))


def can_delegate(acting: Person | None, giver: Person, role: str) -> Verdict:
    """The holder of a role, or an administrator in the holder's place; what is lent is not lent on."""
    if role in NOT_DELEGABLE:
        return deny(_("This role cannot be delegated."))
    if not any(held == role for held, _unit in giver.own_roles):
        return deny(_("%(person)s does not hold this role.") % {"person": giver})
    if acting is None or acting.pk == giver.pk:
        return ALLOW
    return can_administer(acting, giver.agency)


def can_revoke(acting: Person | None, delegation: RoleDelegation) -> Verdict:
    """Whoever gave it, or an administrator."""
    if acting is None or acting.pk == delegation.giver_id:
        return ALLOW
    return can_administer(acting, delegation.agency)
