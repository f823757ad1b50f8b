"""Template tags of the design system: marks, numbers, dates, charts, fields, paging.

``{% load ui %}``. Every state is shown on the components page (``/components/``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zlib import crc32

from django import forms, template
from django.conf import settings
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms import charts, filters, mentions, notation, registry
from qms.statuses import status

register = template.Library()


# Marks


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """Draw an icon of the sprite; with ``label`` it speaks, without it is decoration beside a word."""
    href = f"{static('vendor/lucide/sprite.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="i {}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, href
        )
    return format_html(
        '<svg class="i {}" aria-hidden="true" focusable="false"><use href="{}"/></svg>', css, href
    )


@register.simple_tag
def chip(code: str | None, label: str = "") -> SafeString:
    """Draw a status chip: mark, word, colour. ``label`` replaces the word ("Xong 14/07")."""
    found = status(code or "")
    css = f"c-{found.tone}" + (" c-miss" if found.mark == "m-miss" else "")
    return format_html('<span class="chip {}">{}{}</span>', css, icon(found.mark), label or found.label)


@register.simple_tag
def status_word(code: str | None, label: str = "") -> SafeString:
    """Write a status as a coloured word, where a chip would be too loud."""
    found = status(code or "")
    return format_html('<span class="t-{}">{}</span>', found.tone, label or found.label)


# Numbers


@register.simple_tag
def rate(
    numerator: int | None, denominator: int | None, target: Any = None, operator: str = ">="
) -> SafeString | str:
    """Write ``98,2 % (4.886/4.974)``; nothing to count is "no occurrence", no figures is said so."""
    if numerator is None or denominator is None:
        return format_html('<span class="muted">{}</span>', status("insufficient_data").label)
    if not denominator:
        return format_html('<span class="muted">{}</span>', status("no_occurrence").label)
    share = notation.percent(numerator, denominator, target, operator)
    return format_html(
        '<span class="num">{} <span class="of">({}/{})</span></span>',
        share,
        notation.number(numerator),
        notation.number(denominator),
    )


@register.simple_tag
def percent(
    numerator: int | None, denominator: int | None, target: Any = None, operator: str = ">="
) -> SafeString:
    """Write only ``98,2 %`` (put the numbers beside it); – where there is none."""
    if numerator is None or not denominator:
        return mark_safe('<span class="muted">–</span>')
    return format_html(
        '<span class="num">{}</span>', notation.percent(numerator, denominator, target, operator)
    )


@register.simple_tag
def target_text(value: Any, operator: str = ">=", unit: str = "%") -> str:
    """Write a target: ``≥ 98 %``."""
    sign = {">=": "≥", "gte": "≥", "<=": "≤", "lte": "≤", "==": "=", "eq": "=", "gt": ">", "lt": "<"}
    figure = notation.number(Decimal(str(value)).normalize())
    return f"{sign.get(operator, operator)}{notation.NBSP}{figure}{notation.NBSP}{unit}".rstrip(notation.NBSP)


@register.filter
def vn_number(value: Any, places: int | None = None) -> str:
    """4974 → 4.974; with places: 98.25|vn_number:1 → 98,3."""
    return "" if value in (None, "") else notation.number(value, places)


@register.filter
def vn_size(value: int | None) -> str:
    """1258291 → 1,2 MB."""
    return "" if value is None else notation.size(value)


@register.filter
def vn_date(value: dt.date | None) -> str:
    """15/07/2026."""
    return notation.date(value) if value else ""


@register.filter
def vn_day(value: dt.date | None) -> str:
    """15/07."""
    return notation.day_month(value) if value else ""


@register.filter
def vn_month(value: dt.date | None) -> str:
    """07/2026."""
    return notation.month(value) if value else ""


@register.filter
def vn_time(value: dt.datetime | dt.time | None) -> str:
    """16:20."""
    return notation.time(value) if value else ""


@register.filter
def vn_datetime(value: dt.datetime | None) -> str:
    """15/07/2026 16:20."""
    return notation.moment(value) if value else ""


@register.simple_tag
def due(deadline: dt.date | None, today: dt.date | None = None) -> SafeString | str:
    """Write how long is left: "5 days left", "Today", "2 days late", with the date below."""
    if deadline is None:
        return ""
    if today is None:
        from qms.clock import today as clock_today

        today = clock_today()
    if isinstance(deadline, dt.datetime):
        deadline = notation.local(deadline).date()
    left = (deadline - today).days
    if left < 0:
        late = ngettext("%(n)s day late", "%(n)s days late", -left)
        tone, words = "t-bad", late % {"n": notation.number(-left)}
    elif left == 0:
        tone, words = "t-risk", _("Today")
    else:
        tone, words = "", ngettext("%(n)s day left", "%(n)s days left", left) % {"n": notation.number(left)}
    day = notation.day_month(deadline) if deadline.year == today.year else notation.date(deadline)
    return format_html(
        '<span class="{}">{}</span><br><span class="xs num">{}</span>',
        tone,
        words,
        _("due %(day)s") % {"day": day},
    )


# Charts


@register.simple_tag
def bullet(
    numerator: Any,
    denominator: Any = None,
    target: Any = None,
    operator: str = ">=",
    status: str = "achieved",
    strict_numerator: Any = None,
    strict_denominator: Any = None,
    low: Any = 70,
    label: str = "",
    width: int = 230,
) -> SafeString:
    """Draw a bullet of ``numerator/denominator`` (or of a percentage) against ``target``."""
    value = _percentage(numerator, denominator)
    strict = _percentage(strict_numerator, strict_denominator)
    if not label and value is not None and denominator:
        label = notation.percent(numerator, denominator, target, operator)
        if target is not None:
            goal = target_text(target, operator)
            label = _("%(value)s, target %(target)s") % {"value": label, "target": goal}
    return charts.bullet(value, target, tone=status, low=low, strict=strict, label=label, width=width)


def _percentage(numerator: Any, denominator: Any) -> Fraction | None:
    if numerator is None or (denominator is not None and not denominator):
        return None
    return Fraction(str(numerator)) if denominator is None else Fraction(100 * numerator, denominator)


@register.simple_tag
def bullet_axis(low: Any = 70, high: Any = 100, steps: int = 4) -> SafeString:
    """Draw the axis shared by a column of bullets."""
    return charts.bullet_axis(low, high, steps=steps)


@register.simple_tag
def sparkline(
    values: Iterable[Any], target: Any = None, label: str = "", slots: int | None = None
) -> SafeString:
    """Draw a course of values (None is a gap)."""
    return charts.sparkline(list(values), target=target, label=label, slots=slots)


# Forms


@register.filter
def field_kind(field: BoundField) -> str:
    """Return how a field is laid out: hidden, check, choices, file, select, date, password, area, text."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    kinds: list[tuple[type | tuple[type, ...], str]] = [
        (forms.CheckboxInput, "check"),
        ((forms.CheckboxSelectMultiple, forms.RadioSelect), "choices"),
        (forms.FileInput, "file"),
        (forms.Select, "select"),
        (forms.PasswordInput, "password"),
        (forms.Textarea, "area"),
        (forms.MultiWidget, "group"),
    ]
    for widget_class, kind in kinds:
        if isinstance(widget, widget_class):
            return kind
    return "date" if "data-date" in widget.attrs else "text"


@register.simple_tag
def field_widget(field: BoundField) -> SafeString:
    """Draw the input of a field with the classes of the design system; its own attributes stay."""
    base = {"check": "form-check-input", "select": "form-select"}.get(field_kind(field), "form-control")
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{base} {own}".strip()})


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, label: str = "") -> dict[str, Any]:
    """Draw a whole field: label, hint, error, input."""
    return {"field": bound, "label": label}


@register.inclusion_tag("components/as_shown.html", takes_context=True)
def as_shown(context: template.Context) -> dict[str, Any]:
    """Write what a guarded form shows (hidden), and what others changed meanwhile; right after the token."""
    return {"guard": context.get("guard")}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*sources: forms.BaseForm | None, focus: bool = True) -> dict[str, Any]:
    """List what must be corrected, each linked to its field; takes the focus."""
    found = []
    for form in sources:
        if form is None or not form.is_bound:
            continue
        found += [{"text": text, "target": ""} for text in form.non_field_errors()]
        for name in form.errors:
            if name in form.fields:
                bound = form[name]
                found += [
                    {"text": _named(bound, str(text)), "target": bound.id_for_label or bound.auto_id}
                    for text in bound.errors
                ]
    return {"problems": found, "focus": focus}


def _named(bound: BoundField, text: str) -> str:
    """Name the field in front of a message that does not name it itself."""
    label = str(bound.label)
    return text if label.lower() in text.lower() else f"{label}: {text}"


# Lists


@register.simple_tag(takes_context=True)
def sort_link(context: template.Context, key: str, label: str, parameter: str = "sort") -> SafeString:
    """Write a column heading that sorts by ``key``, and turns the order round when chosen again."""
    query: QueryDict = context["request"].GET.copy()
    current = query.get(parameter, context.get("sort") or "")
    query[parameter] = f"-{key}" if current == key else key
    query.pop("page", None)
    arrow = {key: "arrow-up", f"-{key}": "arrow-down"}.get(current, "")
    return format_html(
        '<a class="sort" href="?{}">{}{}</a>', query.urlencode(), label, icon(arrow) if arrow else ""
    )


@register.simple_tag(takes_context=True)
def aria_sort(context: template.Context, key: str, parameter: str = "sort") -> SafeString | str:
    """Write the aria-sort attribute of a heading drawn with sort_link."""
    current = context["request"].GET.get(parameter, context.get("sort") or "")
    order = {key: "ascending", f"-{key}": "descending"}.get(current)
    return format_html('aria-sort="{}"', order) if order else ""


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any], noun: str = "") -> dict[str, Any]:
    """Draw "Previous 1 … 4 5 6 … 12 Next" and the count of the list."""
    paginator = page.paginator
    query = context["request"].GET.copy()
    query.pop("page", None)
    return {
        "page": page,
        "pages": list(paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
        "ellipsis": paginator.ELLIPSIS,
        "query": f"{query.urlencode()}&" if query else "",
        "count": paginator.count,
        "noun": noun,
    }


@register.simple_tag(takes_context=True)
def filter_tokens(context: template.Context, form: forms.BaseForm | None) -> list[dict[str, str]]:
    """Return the active filters of a bound GET form: label, value in words, address without it."""
    return filters.tokens(form, context["request"].GET) if form is not None and form.is_bound else []


@register.simple_tag(takes_context=True)
def record_actions(context: template.Context, record: Any) -> SafeString | str:
    """Write the links by which work starts from a record: open a nonconformity, write a risk down."""
    person = getattr(context.get("request"), "person", None)
    if record is None or person is None:
        return ""
    rows = ((one.url, icon(one.icon), one.label) for one in registry.actions_for(record, person))
    return format_html_join("", '<a class="btn btn-q" href="{}">{}{}</a>', rows)


@register.inclusion_tag("components/mentions.html", takes_context=True)
def record_mentions(context: template.Context, record: Any) -> dict[str, Any]:
    """Draw a pane for each kind of record of other apps that names this one; nothing when none does."""
    person = getattr(context.get("request"), "person", None)
    if record is None or person is None:
        return {"groups": {}}
    return {"groups": mentions.of(record, person)}


# Blocks


NOTE_ICONS = {
    "info": "info",
    "warning": "m-risk",
    "good": "m-ok",
    "bad": "m-bad",
    "lock": "lock",
    "offline": "cloud-off",
}
NOTE_CLASSES = {"info": "inf", "warning": "", "good": "good", "bad": "bad", "lock": "inf", "offline": "inf"}


@register.simple_block_tag
def note(content: str, tone: str = "info", title: str = "") -> SafeString:
    """Draw a note box: ``{% note "warning" "Title" %}…{% endnote %}``; tones as in NOTE_ICONS."""
    head = format_html("<b>{}</b> ", title) if title else ""
    return format_html(
        '<div class="note {}">{}<div>{}{}</div></div>',
        NOTE_CLASSES.get(tone, "inf"),
        icon(NOTE_ICONS.get(tone, "info")),
        head,
        content,
    )


@register.simple_block_tag
def pane(content: str, title: str = "", id: str = "", aside: str = "", body: bool = True) -> SafeString:
    """Draw a pane with a heading; ``body=False`` when the content brings its own rows."""
    head = ""
    name = SafeString("")
    if title:
        heading_id = id or f"pane-{crc32(str(title).encode()):08x}"
        name = format_html(' aria-labelledby="{}"', heading_id)
        right = format_html('<span class="small muted">{}</span>', aside) if aside else ""
        head = format_html('<div class="hd"><h2 id="{}">{}</h2>{}</div>', heading_id, title, right)
    inner = format_html('<div class="bd">{}</div>', content) if body else content
    return format_html('<section class="pane"{}>{}{}</section>', name, head, inner)


@register.simple_tag
def initials(name: str) -> str:
    """Return the initials of a person: Lê Hoàng Nam → LHN."""
    return "".join(part[0] for part in str(name).split()[-3:]).upper()


@register.filter
def item(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """Look a key up in a mapping: ``row|item:column``."""
    return None if mapping is None else mapping.get(key)


@register.filter
def heat(shortfall: Any) -> str:
    """Return the class of a heat-map cell from its shortfall in points (None: no figures)."""
    return charts.heat_step(shortfall)


@register.simple_tag
def attr(name: str, value: Any) -> SafeString | str:
    """Write an attribute only when it has a value."""
    return format_html('{}="{}"', name, conditional_escape(value)) if value else ""


@register.simple_tag
def gate_agency() -> Any:
    """Return the agency to name before anyone signed in: the only one there is, else none."""
    from qms.models import Agency

    found = list(Agency.objects.all()[:2])
    return found[0] if len(found) == 1 else None


@register.simple_tag
def admin_contact() -> str:
    """Return whom people ask for help (setting QMS_ADMIN_CONTACT)."""
    return str(getattr(settings, "ADMIN_CONTACT", ""))
