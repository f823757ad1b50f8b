"""Makes the worker take its time over an import, so that it can be killed in the middle of one."""

import time

from dossiers import intake, staging

ROWS = 300
_begin, _load = staging.Spool.__init__, staging.Staging.load


def begin(spool, agency):
    """A moment of rest after every few hundred rows."""
    _begin(spool, agency)
    write, written = spool.write, []

    def slowly(row):
        written.append(None)
        if len(written) % ROWS == 0:
            time.sleep(0.2)
        return write(row)

    spool.write = slowly


def load(loading, *args, **kwargs):
    """A rest before the rows are loaded, in the transaction that writes them."""
    time.sleep(4)
    return _load(loading, *args, **kwargs)


staging.Spool.__init__, staging.Staging.load = begin, load
intake.TOLD_EVERY = ROWS
