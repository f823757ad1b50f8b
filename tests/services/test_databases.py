"""What makes the databases of the tests ends with whoever asked for it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.services

ASKING = """
import sys
from types import SimpleNamespace
from tests import databases

databases.sys = SimpleNamespace(executable=sys.argv[1])
where = SimpleNamespace(exists=lambda name: False, copy=lambda source, name: None, address=lambda name: {})
databases.template(where, "never", None)
"""


def test_a_database_being_made_is_given_up_when_the_run_is_killed(tmp_path):
    slow, told = tmp_path / "slow", tmp_path / "pid"
    slow.write_text(f'#!/bin/sh\necho $$ >"{told}.part"; mv "{told}.part" "{told}"\nexec sleep 600\n')
    slow.chmod(0o755)
    run = subprocess.Popen(
        [sys.executable, "-c", ASKING, str(slow)], env=os.environ | {"QMS_TEST_SHARED": str(tmp_path)}
    )
    wait_until(told.exists)
    child = int(told.read_text())
    assert runs(child)
    run.kill()
    run.wait()
    wait_until(lambda: not runs(child))


def wait_until(happened):
    give_up = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
