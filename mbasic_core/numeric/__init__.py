"""MBASIC 5.21's numbers, bit for bit: formats, arithmetic, functions, RND, text in and out (docs/numerics.md)."""
