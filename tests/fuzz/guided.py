"""`python -m tests.fuzz.guided -runs=100000 -seed=1`: atheris looks for lines that reach new places of the code.

It starts with the kept corpus and the lines of the golden programs, and hands its arguments to libFuzzer. Each input is
taken as a typed line, as tokens from a file, and one in sixteen as a program. What it finds belongs into the corpus.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["mbasic_core"]):
    from mbasic_core.language.lister import list_line
    from mbasic_core.language.parser import parse_line
    from tests.fuzz.lines import check_line
    from tests.fuzz.machines import check_text

HERE = Path(__file__).parent


def one_input(data: bytes) -> None:
    text = data.decode("latin-1").partition("\n")[0]
    check_line(text)
    parse_line(data)
    list_line(10, data)
    if sum(data) % 16 == 0:
        lines = "\n".join(f"{number}0 {line}" for number, line in enumerate(data.decode("latin-1").split("\n"), 1))
        check_text(lines, random.Random(data))


def main() -> None:
    with tempfile.TemporaryDirectory() as found:
        lines = {line for path in sorted(HERE.parent.glob("golden/*/*.bas")) for line in path.read_bytes().split(b"\n")}
        for number, line in enumerate(sorted(lines)):
            Path(found, f"golden{number}").write_bytes(line.lstrip(b"0123456789 "))
        options = ["-max_len=255", "-timeout=20", f"-artifact_prefix={HERE / 'corpus'}/", *sys.argv[1:]]
        atheris.Setup([sys.argv[0], *options, found, str(HERE / "corpus")], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
