"""What declarations of conformity hang into the shell."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits import declarations as about
from audits import policies
from audits.models import SelfDeclaration
from audits.services.declarations import declaration_end, declaration_enforce
from documents import registry as papers
from documents.content import Kind
from qms import clock, registry
from qms.models import Person

VERBS = {
    "audits.declaration.prepared": _("Declaration of conformity prepared"),
    "audits.declaration.changed": _("Declaration of conformity changed"),
    "audits.declaration.paper_drafted": _("Paper of a declaration drafted"),
    "audits.declaration.made": _("Declaration of conformity made"),
    "audits.declaration.ended": _("Declaration of conformity ended"),
}


def register() -> None:
    """Fill the registries; called from AuditsConfig.ready."""
    registry.portable.add(registry.Portable("audits.declaration", SelfDeclaration))
    registry.navigation.add(
        registry.NavItem(
            "check", _("Declaration of conformity"), "audits:declarations", "stamp", policies.insider,
            order=50,
        )
    )  # fmt: skip
    papers.add(
        papers.Purpose(
            about.PURPOSE,
            about.LABEL,
            Kind.DECLARATION,
            build=lambda paper: about.content(about.declaration_of(paper), paper.signer),
            on_issued=declaration_enforce,
            on_revoked=declaration_end,
            warnings=about.warnings,
            subject_url=lambda paper: about.declaration_of(paper).get_absolute_url(),
        )
    )
    registry.fulfilments.add(
        registry.FulfilmentKind(
            "self_declaration", _("Declaration of conformity issued"), about.declared_in, order=70
        )
    )
    registry.evidence.add(
        registry.EvidenceProvider(
            "declarations", _("Declarations of conformity"), ("4.3",), about.evidence, policies.insider,
            about.evidence_files,
        )
    )  # fmt: skip
    registry.work.add(waiting)


def waiting(person: Person) -> Iterable[registry.WorkItem]:
    """For the secretariat: declare anew when scope or edition changed since."""
    if not policies.in_secretariat(person):
        return
    now = about.in_force(person.agency)
    if now is None:
        return
    found = about.changes_since(now, clock.today())
    if found:
        yield registry.WorkItem(
            _("Declare conformity anew"),
            "; ".join(change.label for change in found),
            reverse("audits:declarations"),
            _("See what changed"),
            icon="stamp",
            key=f"declare:{now.pk}",
        )
