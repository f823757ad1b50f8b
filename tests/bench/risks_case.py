"""The list of 10,000 risks beside the list of none."""

import copy

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qms.models import Agency, Person, Role
from risks.models import Risk
from risks.services.start import starting_data_load
from tests import factories
from tests.bench import dossiers
from tests.bench.figures import Figure, seconds

RISKS = 10_000


def fill(agency: Agency, number: int) -> None:
    """Copies of the demonstration's risks under codes of their own."""
    known = list(Risk.objects.filter(agency=agency))
    made = []
    for count in range(number):
        one = copy.copy(known[count % len(known)])
        one.pk = Risk._meta.pk.get_default()
        one._state = copy.copy(one._state)
        one.code = f"BENCH-{count:05d}"
        made.append(one)
    Risk.objects.bulk_create(made, batch_size=1000)


def measure(rows: int) -> list[Figure]:
    """Time and queries of the list and of the overview."""
    agency = dossiers.demonstration()
    fill(agency, RISKS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what a database that runs for days has done by itself
    empty = factories.agency()
    starting_data_load(empty, acting=None)  # with a scale; without one there is another page
    readers = {
        "full": Person.objects.get(agency=agency, user__username="thuky"),
        "empty": factories.person(empty, Role.SECRETARY),
    }
    figures = []
    for page in ("risk-list", "overview"):
        taken, queries = {}, {}
        for name, reader in readers.items():
            client = Client()
            client.force_login(reader.user)
            address = reverse(f"risks:{page}")
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            queries[name] = len(asked)
            taken[name] = seconds(lambda client=client, address=address: client.get(address), 5)
        figures += [
            Figure(f"risks, {page}", taken["full"], taken["empty"], "s", RISKS),
            Figure(f"risks, {page}, queries", queries["full"], queries["empty"], "queries", RISKS),
        ]
    return figures
