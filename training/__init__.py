"""Competence: what a task requires, what is learned, and whether it helped (ISO 9001:2015, 7.2)."""
