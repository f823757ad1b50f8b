"""Measuring a rendered paper against Annex I of Decree 30/2020, in millimetres and points."""

from documents.formcheck.rules import Finding, Report, check_paper

__all__ = ["Finding", "Report", "check_paper"]
