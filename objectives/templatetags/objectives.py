"""Words of objectives in templates: ``{% load objectives %}``."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from objectives import periods, words
from objectives.models import Target
from qms.statuses import status
from qms.templatetags.ui import icon

register = template.Library()


@register.simple_tag
def status_mark(code: str) -> SafeString:
    """The mark of a status, beside its word."""
    drawn: SafeString = icon(status(code).mark)
    return drawn


@register.simple_tag
def status_lower(code: str) -> str:
    """The word of a status within a sentence."""
    word = str(status(code).label)
    return word[:1].lower() + word[1:]


@register.simple_tag
def period_words(period: periods.Period) -> str:
    """Quarter IV/2025."""
    return words.period_name(period)


@register.simple_tag
def rate_words(target: Target, numerator: Any, denominator: Any) -> str:
    """98,2 % (4.886/4.974), or what is there instead."""
    return words.rate_of(target, numerator, denominator)


@register.simple_tag
def target_url(target: Target, period: periods.Period | str = "", unit: Any = None) -> str:
    """The address of a target's page for a period and a unit."""
    return words.target_url(target, str(period), unit)


@register.filter
def goal(target: Target) -> str:
    """≥ 98 %."""
    return words.goal_of(target)
