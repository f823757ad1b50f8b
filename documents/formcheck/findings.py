"""What a measured rule asks for and what was found."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from documents.formcheck.pdftext import MM, Line


@dataclass(frozen=True)
class Finding:
    """One rule: what it asks for, what was measured, whether that fits."""

    rule: str
    expected: str
    found: str
    ok: bool
    page: int = 1


@dataclass(frozen=True)
class Report:
    """All findings of one file."""

    findings: list[Finding]
    pages: int

    @property
    def ok(self) -> bool:
        """Whether every rule is kept."""
        return bool(self.findings) and all(one.ok for one in self.findings)

    @property
    def faults(self) -> list[Finding]:
        """The rules that are not kept."""
        return [one for one in self.findings if not one.ok]


def mm(points: float) -> str:
    """A length in words."""
    return f"{points * MM:.1f} mm"


def sizes_of(line: Line) -> str:
    """Sizes and style of a line in words."""
    style = " ".join(word for word, on in ((_("bold"), line.bold), (_("italic"), line.italic)) if on) or _(
        "upright"
    )
    return f"{'/'.join(f'{size:g}' for size in sorted(line.sizes))} pt, {style}"


def is_set(
    rule: str,
    line: Line | None,
    sizes: tuple[float, float],
    *,
    bold: bool | None = None,
    italic: bool | None = None,
    page: int = 1,
) -> Finding:
    """Whether a line is there in one of these sizes, bold and italic as asked (None: either)."""
    words = [f"{sizes[0]:g}–{sizes[1]:g} pt" if sizes[0] != sizes[1] else f"{sizes[0]:g} pt"]
    words += [_("bold")] if bold else []
    words += [_("italic")] if italic else []
    words += [_("upright")] if bold is False and italic is False else []
    if line is None:
        return Finding(rule, ", ".join(words), _("not found"), False, page)
    fits = all(sizes[0] - 0.05 <= size <= sizes[1] + 0.05 for size in line.sizes)
    fits &= bold is None or line.bold == bold
    fits &= italic is None or line.italic == italic
    return Finding(rule, ", ".join(words), sizes_of(line), fits, page)


def are_set(
    rule: str,
    lines: Sequence[tuple[int, Line]],
    sizes: tuple[float, float],
    *,
    bold: bool | None = None,
    italic: bool | None = None,
) -> Finding:
    """One finding for lines that must all be set alike: the first that is not, or the first of all."""
    found = [is_set(rule, line, sizes, bold=bold, italic=italic, page=page) for page, line in lines]
    return next((one for one in found if not one.ok), found[0])


def share_of(
    rule: str, got: tuple[float, float, float] | None, line: Line, low: float, high: float
) -> Finding:
    """Whether a rule under a line has its share of the width of the text."""
    share = (got[1] - got[0]) / (line.right - line.left) if got else 0.0
    wanted = _("as wide as the text") if low > 0.9 else _("a third to a half of the text")
    shown = f"{share * 100:.0f} %" if got else _("none")
    return Finding(rule, wanted, shown, low <= share <= high)


def centred(
    rule: str, under: str, line: Line | None, middle: float, page: int = 1, by: float = 2.0
) -> Finding:
    """Whether a line stands centred on `middle`, to `by` millimetres."""
    if line is None:
        return Finding(rule, under, _("not found"), False, page)
    off = line.middle - middle
    return Finding(rule, under, _("%(off)s off") % {"off": mm(abs(off))}, abs(off) * MM <= by, page)
