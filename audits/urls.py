"""Addresses of the app; each part brings its own (urls_*.py)."""

from audits import urls_audits, urls_declarations, urls_improvement

app_name = "audits"

urlpatterns = [*urls_audits.urlpatterns, *urls_improvement.urlpatterns, *urls_declarations.urlpatterns]
