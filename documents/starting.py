"""Papers in the start of an agency: symbol, templates, earlier numbers, keys."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from documents import policies
from documents.models import NumberSeries, PaperTemplate
from documents.services.signatures import signing_key
from qms import access, agency_settings, clock
from qms.models import Agency, Person, Role
from qms.start_steps import StartState, StartStep, start_steps


def _symbol(agency: Agency) -> StartState:
    said = str(agency_settings.get(agency, "documents.symbol"))
    have = _now("symbol %(symbol)s") % {"symbol": said or agency.code}
    return StartState(bool(said), have, "" if said else _now("the symbol on papers, or that the code is it"))


def _templates(agency: Agency) -> StartState:
    own = PaperTemplate.objects.filter(agency=agency).count()
    have = _now("%(n)s templates with the agency's own wording") % {"n": own}
    return StartState(own > 0, have, "" if own else _now("look at the wording, or keep it as it is"))


def _series(agency: Agency) -> StartState:
    year = clock.today().year
    books = NumberSeries.objects.filter(agency=agency, year=year).count()
    have = _now("%(n)s books of numbers of %(year)s") % {"n": books, "year": year}
    missing = "" if books else _now("the last numbers given before, or that every book begins at 01")
    return StartState(books > 0, have, missing)


def _keys(agency: Agency) -> StartState:
    missing = [] if signing_key(agency, None) else [_now("the agency's key")]
    leaders = Person.objects.filter(
        agency=agency, role_assignments__role=Role.LEADER, signing_keys__retired_at=None
    ).exclude(signing_keys=None)
    if not leaders.exists():
        missing.append(_now("a leader's key"))
    return StartState(not missing, "", ", ".join(missing))


def register() -> None:
    """Tell the guide."""
    step = StartStep
    start_steps.add(
        step(
            "symbol",
            "papers",
            _("Symbol of the agency"),
            _("What stands after the kind in QĐ-SKHCN."),
            "settings",
            _("Open the settings"),
            _symbol,
            10,
            policy=access.may_administer,
            keepable=True,
        ),
        step(
            "templates",
            "papers",
            _("Templates of papers"),
            _("Wording, recipients, who signs."),
            "documents:template-list",
            _("Look at the templates"),
            _templates,
            20,
            policy=policies.may_draft,
            keepable=True,
        ),
        step(
            "series",
            "papers",
            _("Books of numbers"),
            _("When the year has begun: the numbers given before."),
            "documents:series-open",
            _("Start a book in mid-year"),
            _series,
            30,
            policy=policies.may_number,
            keepable=True,
        ),
        step(
            "keys",
            "papers",
            _("Signing keys"),
            _("Papers are issued once the signer and the agency have keys."),
            "documents:trust",
            _("Register the keys"),
            _keys,
            40,
            needed=False,
            policy=policies.may_keep_keys,
        ),
    )
