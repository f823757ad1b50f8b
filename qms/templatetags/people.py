"""Template tags about people: ``{% load people %}``."""

from django import template

from qms import clock
from qms.models import Person
from qms.selectors.people import roles_on

register = template.Library()


@register.filter
def roles_today(person: Person) -> list[str]:
    """The roles a person holds today in words, with the unit each is for."""
    return roles_on(person, clock.today())
