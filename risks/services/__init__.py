"""What is done with risks, registers, context and changes; one module per noun."""
