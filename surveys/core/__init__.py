"""What we know: rules and values, on the standard library and numpy alone."""
