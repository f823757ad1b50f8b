"""Templates of papers: an agency's own wording, dated; and drafts that begin with one."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from documents import policies, registry, wording
from documents.content import Kind, PaperContent
from documents.models import Paper, PaperTemplate
from documents.services.drafting import paper_create
from qms import audit, clock
from qms.exceptions import Invalid
from qms.models import Agency, Person
from qms.policies import ALLOW, require


def template_save(
    *, agency: Agency, key: str, name: str, content: PaperContent, acting: Person | None
) -> PaperTemplate:
    """Save an agency's wording of a template from today on; papers drafted before keep theirs."""
    require(policies.can_keep_wording(acting) if acting is not None else ALLOW)
    name = name.strip()
    if not name:
        raise Invalid(_("Give the template a name."))
    with transaction.atomic():
        before = wording.find(agency, key)
        if before is not None and before.kind != content.kind:
            raise Invalid(_("A template keeps its kind of paper; copy it for another."))
        return _put(agency, key, name, content.model_dump(mode="json"), acting, before)


def _put(
    agency: Agency,
    key: str,
    name: str,
    content: dict[str, Any],
    acting: Person | None,
    before: wording.Wording | None,
    *,
    retired: bool = False,
) -> PaperTemplate:
    row, fresh = PaperTemplate.objects.select_for_update().get_or_create(
        agency=agency,
        key=key,
        valid_from=clock.today(),
        defaults={"kind": content["kind"], "name": name, "content": content, "retired": retired},
    )
    if not fresh:
        audit.apply(row, name=name, content=content, retired=retired)
    changes = {"name": (before.name if before else "", name)}
    if before is None or before.data != content:
        changes["content"] = (before.digest[:12] if before else "", wording.digest_of(content)[:12])
    audit.record("documents.template.saved", row, changes, acting=acting)
    found: PaperTemplate = row
    return found


def template_copy(*, agency: Agency, key: str, acting: Person | None) -> PaperTemplate:
    """A template of the agency's own, beginning with the wording of another."""
    require(policies.can_keep_wording(acting) if acting is not None else ALLOW)
    before = _there(agency, key)
    with transaction.atomic():
        name = _("%(name)s (copy)") % {"name": before.name}
        return _put(agency, f"own.{uuid4().hex[:12]}", name, before.data, acting, None)


def template_restore(*, agency: Agency, key: str, acting: Person | None) -> PaperTemplate:
    """Go back to the wording the portal brings along, from today on; the agency's stays in the history."""
    require(policies.can_keep_wording(acting) if acting is not None else ALLOW)
    built_in = wording.built_in(key)
    if built_in is None:
        raise Invalid(_("This template is the agency's own; the portal brings no wording for it."))
    with transaction.atomic():
        return _put(agency, key, built_in.name, built_in.data, acting, wording.find(agency, key))


def template_retire(*, agency: Agency, key: str, acting: Person | None) -> PaperTemplate:
    """Offer a template of the agency's own no longer."""
    require(policies.can_keep_wording(acting) if acting is not None else ALLOW)
    before = _there(agency, key)
    if wording.built_in(key) is not None:
        raise Invalid(_("A template of the portal stays; restore its wording instead."))
    with transaction.atomic():
        return _put(agency, key, before.name, before.data, acting, before, retired=True)


def _there(agency: Agency, key: str) -> wording.Wording:
    found = wording.find(agency, key)
    if found is None:
        raise Invalid(_("There is no such template."))
    return found


def paper_from_template(*, agency: Agency, key: str, title: str, signer: Person, acting: Person) -> Paper:
    """Start a draft with the wording of a template, its fields filled in.

    A template whose key is that of a purpose gives the paper this purpose: what it decides is known by that,
    never by its words.
    """
    content = wording.content_of(agency, key, signer=signer, fields={"title": title}, title=title)
    kind, decided = Kind(content.kind), registry.get(key)
    purpose = key if decided is not None and decided.build is None and decided.kind == kind else ""
    return paper_create(
        agency=agency, kind=kind, content=content, purpose=purpose, signer=signer, acting=acting
    )
