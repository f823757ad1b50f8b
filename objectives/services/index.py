"""Keeping objectives findable."""

from objectives.models import ObjectiveSet
from qms import search


@search.indexer
def set_index(objective_set: ObjectiveSet) -> None:
    """Bring the search entry of a set up to date: its title and all its texts."""
    texts = [
        *objective_set.objectives.values_list("text", flat=True),
        *objective_set.targets.values_list("text", flat=True),
        *objective_set.tasks.values_list("text", flat=True),
    ]
    search.index(
        objective_set,
        title=objective_set.title,
        subtitle=f"{objective_set.year} · {objective_set.get_state_display()}",
        text=" ".join(texts),
    )
