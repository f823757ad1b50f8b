"""What changes documents and records."""
