"""Controlled documents and records: what is valid, who has read it, how long it is kept (clause 7.5)."""
