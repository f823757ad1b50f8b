"""Acts that happen at once: how a race is shown without a lock, and that the lock ends it (PostgreSQL only).

Nothing here depends on the speed of the machine: without the lock the acts wait for each other as long as it
takes (`PATIENCE`, seconds); with it one of them waits for the other's lock, and the first gives up soon.
"""

import os
import threading
from contextlib import contextmanager

import pytest
from django.db import connections

from qms.exceptions import DomainError

PATIENCE = 60.0
SOON = 1.5

#: Marks of a module of races.
races = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(os.environ.get("QMS_TEST_DB") == "sqlite", reason="one writer at a time"),
]


@contextmanager
def unlocked(record):
    """What `locked` and `held` would be without their locks."""
    yield type(record)._default_manager.get(pk=record.pk)


def at_once(*acts):
    """Run acts in threads of their own; gives back the refusals they raised."""
    raised = []

    def run(act):
        try:
            act()
        except DomainError as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=2 * PATIENCE)
        assert not thread.is_alive(), "an act never ended"
    return raised


def slowly(monkeypatch, module, name, *, lock):
    """Let `module.name`, once done, wait for the other act; gives back (begun, over) of that."""
    begun, over = threading.Event(), threading.Event()
    plain = getattr(module, name)

    def slow(*args, **kwargs):
        done = plain(*args, **kwargs)
        begun.set()
        over.wait(
            timeout=SOON if lock else PATIENCE
        )  # with the lock the other one waits for this one instead
        return done

    monkeypatch.setattr(module, name, slow)
    return begun, over
