"""Text and meaning of BASIC lines: the token table, text to tokens and back, tokens to nodes."""
