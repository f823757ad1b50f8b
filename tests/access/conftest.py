"""The demonstration's agencies."""

import pytest

from qms import demo
from qms.models import Agency


@pytest.fixture
def demo_world(demonstration_with_records, db):
    """The demo agency, with a record for every route, and its sister agency."""
    return Agency.objects.get(code=demo.CODE), Agency.objects.get(code=demo.SISTER_CODE)
