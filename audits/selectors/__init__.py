"""Selectors of internal audits."""
