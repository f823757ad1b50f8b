"""Documents and official papers."""
