"""Services of the shared core."""
