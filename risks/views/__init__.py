"""Pages of risks, registers, context and changes."""
