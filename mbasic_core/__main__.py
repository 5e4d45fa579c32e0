"""`mbasic` and `python -m mbasic_core`: the command, quiet about Ctrl-C from its first line on."""

import sys


def main() -> int:
    """Import the command line and run it; returns its exit status, 130 after Ctrl-C, in the middle of an import too."""
    try:
        from mbasic_core.cli.main import main as command

        return command()
    except KeyboardInterrupt:
        return 130  # as `mbasic_core.cli.failure` has it, which may not be imported yet


if __name__ == "__main__":
    sys.exit(main())
