"""From statements to Python functions: a cache of the program, never stored."""
