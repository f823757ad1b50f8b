"""Fixtures of the tests with real processes."""

import pytest

from tests.services import sites


@pytest.fixture
def site(transactional_db, tmp_path):
    """Worker and beat of their own; `site.start()` starts them."""
    made = sites.Site(tmp_path / "site", modules=("tests.services.slow_jobs", "tests.services.slow_import"))
    yield made
    made.stop()


@pytest.fixture
def redis_server():
    """The broker, which the test may stop and start."""
    server = sites.own_redis()
    if server is None:
        pytest.skip("the broker of this run was started by somebody else")
    yield server
    if server.process is None:
        server.start()
