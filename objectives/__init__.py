"""Quality objectives."""
