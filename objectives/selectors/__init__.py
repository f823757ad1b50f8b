"""Reading objectives and their figures; never writes."""
