"""The agency's scale of grades: in force, former and coming versions, and a new one."""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from audits import policies
from audits.forms.grading import GradeScaleForm
from audits.models import Finding, GradeScale
from audits.selectors.grading import BEHAVIOURS, grades_offered, scale_on, standard_grades
from audits.services.grading import scale_change
from audits.views.base import GRADE_TONES, AuditsForm, AuditsPage
from qms import clock
from qms.policies import Verdict


class GradePage(AuditsPage):
    """The grades an auditor may give, what follows from each, and every version before."""

    template_name = "audits/grades.html"
    tab = "findings"

    def page(self) -> dict[str, Any]:
        today = clock.today()
        current = scale_on(self.agency, today)
        versions = list(GradeScale.objects.visible_to(self.person).select_related("made_by"))
        return {
            "current": current,
            "grades": [
                (row, GRADE_TONES[row.behaviour], BEHAVIOURS[row.behaviour])
                for row in grades_offered(self.agency)
            ],
            "standard": {row.behaviour: row.word for row in standard_grades()},
            "versions": [
                (one, [(row.word, GRADE_TONES[row.behaviour]) for row in one.rows()], one.valid_from > today)
                for one in versions
            ],
            "may_change": policies.can_keep(self.person, self.agency),
        }


class GradeChange(AuditsForm):
    """A new version, from the newest one; one that is not in force yet is replaced."""

    guarded = True
    proposals = ("valid_from",)
    form_class = GradeScaleForm
    template_name = "audits/grades_form.html"
    tab = "findings"

    @cached_property
    def newest(self) -> GradeScale | None:
        """The last version, which may not be in force yet."""
        return GradeScale.objects.filter(agency=self.agency).order_by("-version").first()

    @property
    def replaces(self) -> bool:
        """Whether a version that is not in force yet is replaced."""
        return self.newest is not None and self.newest.valid_from > clock.today()

    @property
    def heading(self) -> str:
        """A version that is still to come is changed, not followed by another."""
        return (
            _("Change the coming version of the grades") if self.replaces else _("New version of the grades")
        )

    @property
    def action(self) -> str:
        """What the button does."""
        return _("Save the coming version") if self.replaces else _("Save the new version")

    def allowed(self) -> Verdict:
        return policies.can_keep(self.person, self.agency)

    def back(self) -> str:
        return reverse("audits:grades")

    def get_initial(self) -> dict[str, Any]:
        newest = self.newest
        today = clock.today()
        found: dict[str, Any] = {"valid_from": max(today, newest.valid_from) if newest else today}
        rows = newest.rows() if newest else standard_grades()
        for number, row in enumerate(rows, start=1):
            found[f"word_{number}"] = row.word
            found[f"behaviour_{number}"] = row.behaviour
            found[f"meaning_{number}"] = row.meaning
        return found

    def page(self) -> dict[str, Any]:
        return {
            "behaviours": [
                (GRADE_TONES[key], Finding.Grade(key).label, words) for key, words in BEHAVIOURS.items()
            ]
        }

    def act(self, form: Any) -> str:
        values = form.cleaned_data
        scale_change(
            self.agency,
            acting=self.person,
            grades=form.grades(),
            valid_from=values["valid_from"],
            document=values["document"],
        )
        words = _("The new version is kept; findings of before keep their grade.")
        if self.replaces:
            words = _("The coming version is changed; until its day the one in force holds.")
        messages.success(self.request, words)
        return self.back()
