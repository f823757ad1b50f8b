"""Measuring a rendered paper against Annex I of Decree 30/2020, in millimetres and points."""

from documents.formcheck.findings import Finding, Report
from documents.formcheck.rules import check_paper

__all__ = ["Finding", "Report", "check_paper"]
