"""Complaints, feedback and suggestions and what became of them (ISO 9001:2015, 8.2.1 and 9.1.2)."""
