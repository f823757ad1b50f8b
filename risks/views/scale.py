"""The scale in force, its former versions, and a new version."""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms import clock
from qms.policies import ALLOW, Verdict
from risks import matrix, policies
from risks.forms.scale import ScaleForm, initial_of
from risks.models import Risk, RiskScale
from risks.selectors.scale import scale_in_force
from risks.services.scale import presets, scale_change
from risks.views.base import RisksForm, RisksPage


class ScalePage(RisksPage):
    """The scale in force, with every version before."""

    template_name = "risks/scale.html"
    tab = "scale"

    def page(self) -> dict[str, Any]:
        versions = RiskScale.objects.visible_to(self.person).select_related("made_by").order_by("-version")
        asked = self.request.GET.get("version", "")
        scale = scale_in_force(self.agency)
        shown = versions.filter(version=asked).first() if asked.isdigit() else scale
        return {
            "scale": scale,
            "shown": shown,
            "tables": [shown.scale.risk, shown.scale.opportunity] if shown else [],
            "versions": versions,
            "may_change": policies.secretariat(self.person),
            "old_scores": Risk.objects.visible_to(self.person)
            .exclude(state=Risk.State.CLOSED)
            .filter(value__isnull=False)
            .exclude(scale=scale)
            .count(),
        }


class ScaleChange(RisksForm):
    """A new version: from the one in force, or from one the portal brings along."""

    guarded = True
    proposals = ("valid_from",)
    form_class = ScaleForm
    template_name = "risks/scale_form.html"
    tab = "scale"
    heading = gettext_lazy("New version of the scale")
    action = gettext_lazy("Save the new version")

    def allowed(self) -> Verdict:
        return policies.secretariat(self.person) if self.request.method == "POST" else ALLOW

    def back(self) -> str:
        return reverse("risks:scale")

    def _start(self) -> tuple[str, dict[str, Any]]:
        """Name and description to start from; a chosen number of levels takes the nearest preset."""
        scale = scale_in_force(self.agency)
        asked = self.request.GET.get("levels", "")
        wanted = int(asked) if asked in {"3", "4", "5"} else scale.scale.risk.size if scale else 5
        if scale is not None and scale.scale.risk.size == wanted:
            return scale.label, scale.data
        found = presets()["three" if wanted == 3 else "five"]
        return found["label"], _of_size(found, wanted)

    def get_form_kwargs(self) -> dict[str, Any]:
        self.start = self._start()
        size = len(self.start[1]["risk"]["first"])
        return super().get_form_kwargs() | {"size": size}

    def get_initial(self) -> dict[str, Any]:
        label, data = self._start()
        return initial_of(data) | {"label": label, "valid_from": clock.today()}

    def page(self) -> dict[str, Any]:
        size = len(self.start[1]["risk"]["first"])
        return {
            "size": size,
            "sizes": matrix.SIZES,
            "highest": size**2,
            "may": policies.secretariat(self.person),
        }

    def act(self, form: Any) -> str:
        made = scale_change(
            self.agency,
            acting=self.person,
            label=form.cleaned_data["label"],
            valid_from=form.cleaned_data["valid_from"],
            document=form.cleaned_data["document"],
            data=form.description(),
        )
        words = _("Version %(version)s saved. Scores already given stay as they are.")
        messages.success(self.request, words % {"version": made.version})
        return self.back()


def _of_size(preset: dict[str, Any], size: int) -> dict[str, Any]:
    """A preset cut to a number of levels: four levels come from the five without the middle one."""
    if len(preset["risk"]["first"]) == size:
        return preset
    found: dict[str, Any] = {}
    for kind in Risk.Kind.values:
        table = preset[kind]
        found[kind] = {axis: [*table[axis][:2], *table[axis][3:]] for axis in ("first", "second")}
        uptos = (3, 6, 9, 16)
        found[kind]["bands"] = [
            band | {"upto": upto} for band, upto in zip(table["bands"], uptos, strict=True)
        ]
    return found
