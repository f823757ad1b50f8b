"""Forms of internal audits."""
