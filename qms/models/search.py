"""The index behind the search box: one row per findable record, accent-folded."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from qms.models.base import AgencyRecord


class SearchEntry(AgencyRecord):
    """What the search box can find. Kept by `qms.search.index`, which the services call."""

    kind = models.CharField(_("kind"), max_length=80)
    object_id = models.UUIDField(_("record"))
    title = models.CharField(_("title"), max_length=300)
    subtitle = models.CharField(_("subtitle"), max_length=300, blank=True)
    url = models.CharField(_("address"), max_length=300)
    folded = models.TextField(_("folded text"))
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search index")
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_once")]

    def __str__(self) -> str:
        return self.title
