"""The `mbasic` command."""
