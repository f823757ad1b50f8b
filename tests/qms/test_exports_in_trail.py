"""Who takes a list along stands in the audit trail, whichever list it is."""

from collections.abc import Iterator

from django.urls import get_resolver

from qms.views.base import ExportView


def kinds(base: type[ExportView]) -> Iterator[type[ExportView]]:
    """The class and all made of it."""
    yield base
    for one in base.__subclasses__():
        yield from kinds(one)


def test_no_list_goes_round_the_trail():
    """`ExportView.get` writes the entry; a list says what it is made of, and its file, by other methods."""
    assert get_resolver().url_patterns
    own = {one.__name__ for one in kinds(ExportView) if "get" in vars(one)}
    assert own == {"ExportView"}
    blank = {one.__name__ for one in kinds(ExportView) if one.is_blank}
    assert blank == {"PaperForm"}
