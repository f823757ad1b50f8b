"""Registers: those of a year, one with its rows, and the steps to its approval."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.selectors import live
from qms.context import chosen_year
from qms.models import OrgUnit
from qms.policies import Verdict
from qms.views.base import ActionView
from risks import policies, workflow
from risks.forms import registers as forms
from risks.forms.risks import units_of
from risks.models import Register, RegisterRow
from risks.selectors import registers as reading
from risks.selectors.scale import scale_in_force, scales_of, word_levels
from risks.services import registers as services
from risks.services.freezing import register_intact
from risks.views.base import RisksForm, RisksList, RisksPage

ROWS = Register.objects.select_related(
    "unit",
    "agency",
    "scale",
    "parent",
    "previous",
    "drafted_by",
    "confirmed_by",
    "approved_by",
    "decision",
    "plan",
)
Decision = RegisterRow.Decision
READ_THROUGH = 500
"""Frozen rows of so many entries are held against their fingerprint whenever the page is shown."""


class RegisterList(RisksPage):
    """How far every unit has come in a year, and the agency's register over them."""

    template_name = "risks/register_list.html"
    tab = "registers"

    def page(self) -> dict[str, Any]:
        year = chosen_year(self.request)
        found = list(reading.registers_of_year(self.person, year).annotate(row_count=Count("rows")))
        newest: dict[Any, Any] = {}
        for register in found:
            newest.setdefault(register.unit_id, register)
        agency_register = newest.pop(None, None)
        open_agency = agency_register is not None and agency_register.is_editable
        units = {unit.pk: unit for unit in units_of(self.agency).exclude(kind__in=SILENT)}
        units |= {pk: register.unit for pk, register in newest.items() if pk not in units}
        lines = [
            {
                "unit": unit,
                "register": newest.get(pk),
                "may_open": policies.can_draft(self.person, unit),
                "takeable": open_agency and pk in newest and newest[pk].state == Register.State.CONFIRMED,
            }
            for pk, unit in units.items()
        ]
        return {
            "lines": lines,
            "register": agency_register,
            "ready": sum(1 for line in newest.values() if line.state != Register.State.DRAFT),
            "secretariat": policies.secretariat(self.person),
            "former": [one for one in found if one.state == Register.State.SUPERSEDED],
            "has_scale": scale_in_force(self.agency) is not None,
        }


SILENT = (OrgUnit.Kind.LEADERSHIP, OrgUnit.Kind.COMMITTEE)
"""Kinds of units that keep no register of their own."""


class RegisterOpen(ActionView):
    """Open a register; without unit the agency's."""

    policy = policies.insider

    def act(self) -> str:
        asked = self.request.POST.get("unit", "")
        unit = self.find(OrgUnit, pk=asked) if asked else None
        year = chosen_year(self.request)
        posted = self.request.POST.get("year", "")
        register = services.register_open(
            self.agency, acting=self.person, year=int(posted) if posted.isdigit() else year, unit=unit
        )
        return register.get_absolute_url()


class RegisterDetail(RisksList):
    """One register: its rows page by page, what is missing, and the next step."""

    template_name = "risks/register_detail.html"
    tab = "registers"

    @cached_property
    def register(self) -> Register:
        """The register of the address."""
        found: Register = self.find(ROWS, pk=self.kwargs["pk"])
        return found

    def rows(self) -> Any:
        self.form = forms.RowFilter(self.request.GET, register=self.register)
        self.form.is_valid()  # what is wrong in one field leaves the others standing
        asked = getattr(self.form, "cleaned_data", {})
        rows = reading.rows_asked(reading.register_rows(self.register), self.register, asked)
        ordered = rows.order_by("-risk__kind", "risk__unit__order", "risk__code")
        return ordered.values_list("pk", flat=True)  # keys only are sorted; the page's rows are read after

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        register, rows = self.register, reading.rows_of_keys(list(context["rows"]))
        word_levels([row.risk for row in rows], scales_of(register.agency))
        open_ = register.state not in {Register.State.APPROVED, Register.State.SUPERSEDED}
        problems = reading.register_problems(register) if open_ else []
        totals = reading.row_totals(register)
        return (
            context
            | {
                "register": register,
                "form": self.form,
                "rows": rows,
                "risks": [row for row in rows if row.risk.is_risk],
                "opportunities": [row for row in rows if not row.risk.is_risk],
                "totals": totals,
                "export_url": reverse("risks:register-export", args=[register.pk]),
                "problems": problems,
                "blocked": any(problem.blocks == "submit" for problem in problems),
                "stages": stages(register),
                "scale_now": scale_in_force(self.agency),
                "intact": self._intact(totals["rows"]) if not open_ else None,
                "show_papers": register.unit_id is None and not open_,
                "decision_paper": live(register.decision),
                "plan_paper": live(register.plan),
                "secretariat": policies.secretariat(self.person),
                "parts": register.parts.select_related("unit").annotate(row_count=Count("rows")),
            }
            | self._may(register)
        )

    def _intact(self, number: int) -> bool | None:
        """Whether the frozen rows hold; a long register is read through only when somebody asks."""
        if number > READ_THROUGH and "check" not in self.request.GET:
            return None
        return register_intact(self.register)

    def _may(self, register: Register) -> dict[str, Any]:
        person = self.person
        return {
            "may_write": policies.can_write_register(person, register),
            "may_confirm": policies.can_confirm(person, register),
            "may_return": policies.can_return(person, register),
            "may_approve": policies.can_approve(person, register),
            "waits_for_confirm": register.unit_id is not None and register.state == Register.State.SUBMITTED,
            "waits_for_approve": register.unit_id is None and register.state == Register.State.SUBMITTED,
            "returnable": register.state in workflow.REGISTER["return"].sources,
        }


def stages(register: Register) -> list[dict[str, Any]]:
    """The stage rail of a register."""
    at = {
        "draft": register.created_at,
        "submitted": register.submitted_at,
        "confirmed": register.confirmed_at,
        "approved": register.approved_at,
    }
    unit_way = [
        ("draft", _("Drawn up")),
        ("submitted", _("Confirmed by the unit head")),
        ("confirmed", _("Consolidated")),
        ("consolidated", _("Approved")),
    ]
    agency_way = [("draft", _("Drawn up")), ("submitted", _("Approved"))]
    way = unit_way if register.unit_id else agency_way
    order = [key for key, _label in way]
    finished = register.state in {Register.State.APPROVED, Register.State.SUPERSEDED}
    here = len(order) if finished else order.index(register.state)
    whens = [at["submitted"], at["confirmed"], None, at["approved"]]
    if not register.unit_id:
        whens = [at["submitted"], at["approved"]]
    return [
        {
            "label": label,
            "state": "done" if number < here else "current" if number == here else "",
            "when": f"{whens[number]:%d/%m/%Y}" if number < here and whens[number] else "",
        }
        for number, (_key, label) in enumerate(way)
    ]


class OfRegister(ActionView):
    """A step of one register."""

    policy = policies.insider

    @property
    def register(self) -> Register:
        """The register of the address."""
        found: Register = self.find(ROWS, pk=self.kwargs["pk"])
        return found


class RegisterSubmit(OfRegister):
    """Hand it on."""

    def act(self) -> str:
        register = services.register_submit(self.register, acting=self.person)
        words = {
            Register.State.SUBMITTED: _("Submitted. Whoever decides next has been told."),
            Register.State.CONFIRMED: _("Handed over to the standing unit."),
        }
        messages.success(self.request, words[Register.State(register.state)])
        return register.get_absolute_url()


class RegisterConfirm(OfRegister):
    """The unit head confirms."""

    def act(self) -> str:
        return services.register_confirm(self.register, acting=self.person).get_absolute_url()


class RegisterApprove(OfRegister):
    """The committee approves."""

    def act(self) -> str:
        register = services.register_approve(self.register, acting=self.person)
        messages.success(self.request, _("The register is approved and its rows are frozen."))
        return register.get_absolute_url()


class RegisterConsolidate(OfRegister):
    """Take a unit's register into the agency's."""

    def act(self) -> str:
        part = self.register
        whole = (
            ROWS.visible_to(self.person)
            .filter(unit=None, year=part.year, state=Register.State.DRAFT)
            .order_by("-version")
            .first()
        )
        if whole is None:
            messages.error(
                self.request, _("Open the agency's register of %(year)s first.") % {"year": part.year}
            )
        else:
            services.register_consolidate(whole, part, acting=self.person)
        return reverse("risks:register-list")


class RegisterRelease(OfRegister):
    """Take it out again."""

    def act(self) -> str:
        services.register_release(self.register, acting=self.person)
        return reverse("risks:register-list")


class RowsKeep(OfRegister):
    """Keep every row not decided on."""

    def act(self) -> str:
        register = self.register
        number = services.rows_keep(register, acting=self.person)
        messages.success(self.request, _("%(n)s entries kept.") % {"n": number})
        return register.get_absolute_url()


class ScaleAdopt(OfRegister):
    """Go on with the scale now in force."""

    def act(self) -> str:
        return services.register_adopt_scale(self.register, acting=self.person).get_absolute_url()


class RowKeep(ActionView):
    """Keep one carried row."""

    policy = policies.insider

    def act(self) -> str:
        row = self.find(RegisterRow.objects.select_related("register__unit", "risk"), pk=self.kwargs["pk"])
        services.row_decide(row, acting=self.person, decision=Decision.KEPT)
        home = row.register.get_absolute_url()
        here = self.way_back()
        return f"{here if home in here else home}#r-{row.pk}"  # the same page of a long register


class RowDrop(RisksForm):
    """Drop one row, with its reason."""

    form_class = forms.DropForm
    tab = "registers"
    heading = gettext_lazy("Drop the entry from the register")
    action = gettext_lazy("Drop the entry")

    @property
    def row(self) -> RegisterRow:
        """The row of the address."""
        rows = RegisterRow.objects.select_related("register__unit", "risk")
        found: RegisterRow = self.find(rows, pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        return policies.can_write_register(self.person, self.row.register)

    def back(self) -> str:
        return self.row.register.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.row.risk)}

    def act(self, form: Any) -> str:
        row = services.row_decide(
            self.row, acting=self.person, decision=Decision.DROPPED, note=form.cleaned_data["note"]
        )
        return f"{row.register.get_absolute_url()}#r-{row.pk}"


class RegisterReturn(RisksForm):
    """Send a register back."""

    form_class = forms.ReturnForm
    tab = "registers"
    heading = gettext_lazy("Return the register")
    action = gettext_lazy("Return the register")

    @property
    def register(self) -> Register:
        """The register of the address."""
        found: Register = self.find(ROWS, pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        return policies.can_return(self.person, self.register)

    def back(self) -> str:
        return self.register.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.register)}

    def act(self, form: Any) -> str:
        services.register_return(self.register, acting=self.person, **form.cleaned_data)
        return self.back()
