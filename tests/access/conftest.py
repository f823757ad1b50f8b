"""The demonstration data, loaded once for the module through the real services."""

import pytest
from django.core.management import call_command
from django.test import TestCase

from qms import demo
from qms.models import Agency


@pytest.fixture(scope="module")
def demo_world(django_db_setup, django_db_blocker):
    """The demo agency and its sister agency; undone after the module."""
    with django_db_blocker.unblock():
        open_transactions = TestCase._enter_atomics()
        try:
            call_command("load_demo", verbosity=0)
            yield Agency.objects.get(code=demo.CODE), Agency.objects.get(code=demo.SISTER_CODE)
        finally:
            TestCase._rollback_atomics(open_transactions)
