"""Saying how the file of a source is to be read; what was said is kept as the profile of the source."""

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from dossiers import policies
from dossiers.importers.profile import FIELDS, REPEATED, WORDS, Answers, learn
from dossiers.importers.values import FORMS
from dossiers.models import DossierImport, ImportProfile
from dossiers.services import check_enqueue
from dossiers.workflow import IMPORT
from qms import audit
from qms.exceptions import Invalid
from qms.models import Agency, OrgUnit, Person
from qms.models.base import uuid7
from qms.policies import require
from qms.text import fold
from qms.workflow import locked, move


def import_answer(
    one: DossierImport, answers: Answers, *, source: str, acting: Person | None
) -> DossierImport:
    """Keep the answers in the profile named `source` and have the file checked again with them.

    Raises Invalid when an answer cannot hold, IllegalTransition unless the file waits for answers.
    """
    with transaction.atomic(), locked(one) as one:
        require(policies.can_import(acting, one.agency))
        _check(one, answers)
        profile = _profile_of(one.agency, source)
        mapping = learn(one.mapping or one.profile.mapping, answers)
        if _says_codes(one, answers):
            mapping["codes"] = answers.codes
        is_new = profile.mapping == {}
        profile.mapping, profile.archived_at = mapping, None
        profile.save()
        verb = "dossiers.profile.created" if is_new else "dossiers.profile.learned"
        audit.record(
            verb,
            profile,
            {
                "columns": (None, len(answers.columns)),
                "words": (None, sum(map(len, answers.words.values()))),
            },
            acting=acting,
        )
        job = check_enqueue(one, acting)
        changes = move(one, IMPORT["answer"], profile=profile, mapping=mapping, job_id=job.pk, reason="")
        audit.record("dossiers.import.answered", one, {"state": changes["state"]}, acting=acting)
    return one


def _says_codes(one: DossierImport, answers: Answers) -> bool:
    """Whether it was asked how codes are written, and of the column that holds them by the answers."""
    asked = {column["title"] for column in one.understood.get("columns", []) if column["field"] == "code"}
    told = {title for title, use in answers.columns.items() if use == "code"}
    return bool(one.understood.get("odd_codes") and answers.codes and asked == told)


def _check(one: DossierImport, answers: Answers) -> None:
    titles = {column["title"]: column for column in one.understood.get("columns", [])}
    fields = [use for use in answers.columns.values() if use in FIELDS]
    twice = {use for use in fields if fields.count(use) > 1 and use not in REPEATED}
    if twice:
        names = ", ".join(str(FIELDS[use]) for use in sorted(twice))
        raise Invalid(_("Two columns are to be read as: %(names)s.") % {"names": names})
    for title, use in answers.columns.items():
        if title not in titles or use not in {*FIELDS, "personal", ""}:
            raise Invalid(_("The file has no column “%(title)s”.") % {"title": title})
        column = titles[title]
        if column["use"] == "personal" and not column.get("how") and use in FIELDS:
            raise Invalid(_("“%(title)s” holds data of citizens; it is dropped.") % {"title": title})
    if answers.dates not in FORMS:
        raise Invalid(_("Choose how days are written."))
    units = {str(pk) for pk in OrgUnit.objects.filter(agency=one.agency).values_list("pk", flat=True)}
    for kind, words in answers.words.items():
        if kind not in {*WORDS, "unit"} or (kind == "unit" and not units.issuperset(words.values())):
            raise Invalid(_("Choose one of the units of the agency."))


def _profile_of(agency: Agency, source: str) -> ImportProfile:
    """The agency's profile of that name, or a new one."""
    name = " ".join(source.split())[:160]
    if not name:
        raise Invalid(_("Name the source, so that its next file is recognised."))
    found = ImportProfile.objects.select_for_update().filter(agency=agency, name=name).first()
    if found is not None:
        return found
    code = slugify(fold(name))[:50] or "source"
    if ImportProfile.objects.filter(agency=agency, code=code).exists():
        code = f"{code}-{uuid7().hex[-8:]}"
    return ImportProfile(agency=agency, code=code, name=name, mapping={})
