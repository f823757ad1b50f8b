"""Risks and opportunities."""
