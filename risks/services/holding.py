"""Who changes an entry holds the registers it is being drawn up in, so that none is submitted meanwhile.

Registers are locked before their entries, everywhere: whoever submits or approves does so in that order too.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from qms.workflow import locked
from risks.models import Register, RegisterRow, Risk

OVER = (Register.State.APPROVED, Register.State.SUPERSEDED)


@contextmanager
def held(risk: Risk) -> Iterator[Risk]:
    """The entry, fresh, its registers and itself locked until the transaction ends."""
    rows = RegisterRow.objects.filter(risk=risk.pk).values("register")
    registers = Register.objects.filter(pk__in=rows).exclude(state__in=OVER).order_by("pk")
    list(registers.select_for_update(of=("self",)).values_list("pk", flat=True))
    with locked(risk) as fresh:
        yield fresh
