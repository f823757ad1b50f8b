"""An agency with the units of the sample, and the sample itself."""

import datetime as dt
import json
from pathlib import Path

import pytest

from dossiers import generator, services
from qms.models import Role
from tests import factories

FIXTURES = Path(__file__).parents[2] / "dossiers" / "fixtures"
SAMPLE = FIXTURES / "one_stop_2025.xlsx"
TRUTH = json.loads((FIXTURES / "one_stop_2025.truth.json").read_text(encoding="utf-8"))


@pytest.fixture
def units(agency):
    """The units of the sample by name."""
    return {name: factories.unit(agency, name) for name in generator.UNITS}


@pytest.fixture
def one_stop(agency, units):
    """A person of the one-stop desk."""
    return factories.person(agency, Role.ONE_STOP)


@pytest.fixture
def take(agency, units):
    """take(path or bytes, name) -> the import, finished in this process."""

    def take(content, name="export.xlsx", **more):
        import io

        if isinstance(content, Path):
            name, content = content.name, content.read_bytes()
        return services.import_now(agency, name=name, content=io.BytesIO(content), acting=None, **more)

    return take


@pytest.fixture
def sample(take):
    """The sample, imported."""
    return take(SAMPLE)


def year(number=2025):
    """The windows of a year and its quarters."""
    from dossiers.facts import Window

    zone = dt.timezone(dt.timedelta(hours=7))
    months = [dt.datetime(number, month, 1, tzinfo=zone) for month in (1, 4, 7, 10)]
    edges = [*months, dt.datetime(number + 1, 1, 1, tzinfo=zone)]
    quarters = [Window(*edges[n : n + 2]) for n in range(4)]
    return Window(edges[0], edges[-1]), quarters
