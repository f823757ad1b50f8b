"""Pages of competence and training."""
