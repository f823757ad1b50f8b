"""How fast the portal is beside the least that could do the same work, measured in one run."""
