"""The steps of an agency's start: apps add theirs from AppConfig.ready, `qms/start.py` shows them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from qms import registry
from qms.policies import PagePolicy, signed_in

if TYPE_CHECKING:
    from qms.models import Agency


@dataclass(frozen=True)
class StartState:
    """How a step of the agency's start stands: done or not, what there is, what is missing (in words)."""

    done: bool
    have: str = ""
    missing: str = ""


@dataclass(frozen=True)
class StartStep:
    """One step that takes a new agency to work, shown on the page “Agency start”.

    `find(agency)` says how it stands today; `url_name` and `verb` lead to the page that does it. A step that
    is not `needed` may be left out; what the portal starts with can be kept where `keepable`.
    Groups: agency, system, papers, year, data.
    """

    key: str
    group: str
    label: "str | Promise"
    help: "str | Promise"
    url_name: str
    verb: "str | Promise"
    find: "Callable[[Agency], StartState]"
    order: int = 50
    needed: bool = True
    policy: PagePolicy = signed_in
    keepable: bool = False


start_steps = registry.Listing()
"""StartStep entries; the guide shows them by group and order."""
