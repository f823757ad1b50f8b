"""Reading for pages: each takes an agency or person and explicit dates, and never writes."""
