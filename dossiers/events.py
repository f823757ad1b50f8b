"""What other apps want to know of dossiers; filled from their AppConfig.ready."""

from collections.abc import Callable

from dossiers.models import DossierImport
from qms.models import Agency

import_committed: list[Callable[[DossierImport], None]] = []
"""Called in the transaction that commits an import; each may enqueue jobs, which start after it.

`DossierImport.touched` says which units' figures may have changed, and from which instant on:
`{"units": [unit ids], "since": ISO instant or None}`.
"""

import_undone: list[Callable[[DossierImport], None]] = []
"""Called in the transaction that undoes an import; `touched` says what may have changed, as above."""

import_rests: list[Callable[[DossierImport], str]] = []
"""Asked before an import is undone: each gives the reason why it may not be, or an empty text."""

catalogue_changed: list[Callable[[Agency], None]] = []
"""Called in the transaction that changes what the catalogue of an agency says of a procedure."""
