"""Reading risks, registers and context; nothing here writes."""
