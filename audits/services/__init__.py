"""Services of internal audits."""
