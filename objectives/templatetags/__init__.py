"""Template tags of objectives."""
