"""Pages of the dossiers app."""
