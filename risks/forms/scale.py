"""The form of a new version of the scale: one field per level and band, built for the chosen size."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.forms import DateField, PortalForm
from risks import matrix
from risks.models import LevelClass, Risk


class ScaleForm(PortalForm):
    """Words, descriptions and bands. Field names follow the places of faults (“risk.first.2”)."""

    label = forms.CharField(label=_("Name of the scale"), max_length=120)
    valid_from = DateField(label=_("In force from"))
    document = forms.CharField(label=_("Decided by"), max_length=255, required=False)

    def __init__(self, *args: Any, size: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.size = size
        for kind in Risk.Kind.values:
            for axis in ("first", "second"):
                for level in range(1, size + 1):
                    self._level(f"{kind}.{axis}.{level}", level)
            for number in range(1, len(matrix.CLASSES) + 1):
                self._band(f"{kind}.bands.{number}", number)

    def _level(self, name: str, level: int) -> None:
        self.fields[name] = forms.CharField(label=_("Word of level %s") % level, max_length=60)
        self.fields[f"{name}.description"] = forms.CharField(
            label=_("Meaning of level %s") % level, max_length=200, required=False
        )

    def _band(self, name: str, number: int) -> None:
        code = matrix.CLASSES[number - 1]
        self.fields[name] = forms.CharField(
            label=_("Word of the band “%s”") % LevelClass(code).label, max_length=60, required=False
        )
        self.fields[f"{name}.upto"] = forms.IntegerField(
            label=_("Highest score"), required=False, min_value=1, max_value=self.size**2
        )
        self.fields[f"{name}.needs_action"] = forms.BooleanField(label=_("Needs an action"), required=False)
        if name.startswith("risk"):
            self.fields[f"{name}.needs_leader"] = forms.BooleanField(
                label=_("Only a leader may accept it"), required=False
            )

    def table(self, kind: str) -> dict[str, Any]:
        """The bound fields of one table, for the page."""
        axes = [
            (
                axis,
                [(level, self[f"{kind}.{axis}.{level}"], self[f"{kind}.{axis}.{level}.description"])
                 for level in range(self.size, 0, -1)],
            )
            for axis in ("first", "second")
        ]  # fmt: skip
        bands = []
        for number in range(1, len(matrix.CLASSES) + 1):
            name = f"{kind}.bands.{number}"
            leader = self[f"{name}.needs_leader"] if kind == Risk.Kind.RISK else None
            bands.append(
                (
                    LevelClass(matrix.CLASSES[number - 1]).label,
                    self[name],
                    self[f"{name}.upto"],
                    self[f"{name}.needs_action"],
                    leader,
                )
            )
        return {"kind": kind, "axes": axes, "bands": bands}

    @property
    def tables(self) -> list[dict[str, Any]]:
        """Both tables."""
        return [self.table(kind) for kind in Risk.Kind.values]

    def description(self) -> dict[str, Any]:
        """What `matrix.scale_of` reads; bands without a word are left out."""
        values = self.cleaned_data
        found: dict[str, Any] = {}
        for kind in Risk.Kind.values:
            table: dict[str, Any] = {
                axis: [
                    {
                        "label": values[f"{kind}.{axis}.{level}"],
                        "description": values[f"{kind}.{axis}.{level}.description"],
                    }
                    for level in range(1, self.size + 1)
                ]
                for axis in ("first", "second")
            }
            table["bands"] = [
                {
                    "code": code,
                    "label": values[f"{kind}.bands.{number}"],
                    "upto": values[f"{kind}.bands.{number}.upto"],
                    "needs_action": values[f"{kind}.bands.{number}.needs_action"],
                    "needs_leader": values.get(f"{kind}.bands.{number}.needs_leader", False),
                }
                for number, code in enumerate(matrix.CLASSES, start=1)
                if values[f"{kind}.bands.{number}"]
            ]
            found[kind] = table
        return found


def initial_of(data: dict[str, Any]) -> dict[str, Any]:
    """The initial values of the form for a described scale."""
    found: dict[str, Any] = {}
    for kind in Risk.Kind.values:
        for axis in ("first", "second"):
            for level, row in enumerate(data[kind][axis], start=1):
                found[f"{kind}.{axis}.{level}"] = row["label"]
                found[f"{kind}.{axis}.{level}.description"] = row.get("description", "")
        for row in data[kind]["bands"]:
            name = f"{kind}.bands.{matrix.CLASSES.index(row['code']) + 1}"
            found[name] = row["label"]
            found |= {f"{name}.{key}": row.get(key) for key in ("upto", "needs_action", "needs_leader")}
    return found
