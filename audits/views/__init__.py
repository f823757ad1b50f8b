"""Views of internal audits."""
