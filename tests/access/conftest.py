"""The demonstration data, loaded through the real services."""

import pytest
from django.core.management import call_command

from qms import demo
from qms.models import Agency


@pytest.fixture
def demo_world(db):
    """The demo agency and its sister agency."""
    call_command("load_demo", verbosity=0)
    return Agency.objects.get(code=demo.CODE), Agency.objects.get(code=demo.SISTER_CODE)
