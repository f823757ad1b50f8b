"""Pages of complaints, suggestions and the yearly report on satisfaction."""
