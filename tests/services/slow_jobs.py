"""A kind of job for the tests: works for a while, then stores one setting of the agency."""

import time

from qms import clock, jobs
from qms.models import AgencySetting


@jobs.job_kind("tests.slow", label="Slow job of the tests")
def run(ctx: jobs.JobContext) -> None:
    """Takes `seconds`, telling its progress, and writes a row in its last transaction."""
    steps = int(float(ctx.params.get("seconds", 0)) * 5)
    for step in range(steps):
        ctx.progress(step, steps, "working")
        time.sleep(0.2)
    with ctx.completing({"steps": steps}):
        AgencySetting.objects.create(
            agency=ctx.agency, key=f"tests.{ctx.params['name']}", value=1, valid_from=clock.today()
        )
