"""Forms over risks, registers, context and changes: they parse, services decide."""
