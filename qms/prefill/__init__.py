"""Data the portal brings along: days of rest of Viet Nam, clauses of the standard."""
