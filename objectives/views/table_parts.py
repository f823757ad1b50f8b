"""What previews of tables share: the columns as a form, and what was chosen in it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest


def preview_context(batch: Any, keys: Mapping[str, Any]) -> dict[str, Any]:
    """The batch with its columns: what each is headed, holds and means."""
    meanings = {place: key for key, place in batch.columns.items()}
    head = batch.rows[: max(batch.start, 1)]
    return {
        "batch": batch,
        "is_preview": batch.state == "preview",
        "keys": keys.items(),
        "columns": [
            {
                "place": place,
                "key": meanings.get(place, ""),
                "head": " / ".join(dict.fromkeys(row[place][0] for row in head if row[place][0])),
                "sample": next((row[place][0] for row in batch.rows[batch.start :] if row[place][0]), ""),
            }
            for place in range(len(batch.rows[0]) if batch.rows else 0)
        ],
        "starts": range(min(len(batch.rows), 8)),
    }


def posted_columns(request: HttpRequest, batch: Any) -> dict[str, Any]:
    """`columns` and `start` as the form names them."""
    columns: dict[str, int] = {}
    for place in range(len(batch.rows[0]) if batch.rows else 0):
        key = request.POST.get(f"column-{place}", "")
        if key:
            columns.setdefault(key, place)
    start = request.POST.get("start", "")
    return {"columns": columns, "start": int(start) if start.isdigit() else batch.start}
