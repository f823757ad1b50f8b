"""The demonstration's agencies."""

import pytest

from qms import demo
from qms.models import Agency


@pytest.fixture
def demo_world(demonstration, db):
    """The demo agency and its sister agency."""
    return Agency.objects.get(code=demo.CODE), Agency.objects.get(code=demo.SISTER_CODE)
