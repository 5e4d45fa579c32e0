"""`python -m mbasic_core`: the `mbasic` command."""

import sys

from mbasic_core.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
