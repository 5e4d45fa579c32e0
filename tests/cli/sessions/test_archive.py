"""`mbasic sessions export` and `import`: what goes into a file comes out of it, and a damaged file says where."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path

import pytest

from mbasic_core.cli.failure import Failure
from mbasic_core.cli.main import main
from mbasic_core.cli.sessions.archive import Entry, read_archive, write_entry, write_footer, write_header
from mbasic_core.storage import Record
from tests.cli.sessions.stock import Stock, family, session

TARGET = ("--store", "sqlite:other.db")


@pytest.fixture
def file(stock: Stock, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Two sessions, exported."""
    stock.put({**family("s"), "t": session("t", text="10 END")})
    assert main(["sessions", "export", "--output", str(tmp_path / "file")]) == 0
    size = sum(len(record.data) for record in stock.records().values())
    assert capsys.readouterr().out == f"2 sessions, 5 records, {size:,} bytes\n"
    return tmp_path / "file"


def test_all_that_was_exported_is_imported(
    stock: Stock, other: Stock, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert main(["sessions", "import", str(file), *TARGET]) == 0
    assert capsys.readouterr().out == "2 sessions, 5 records: 5 copied, 0 there already\n"
    assert other.records() == stock.records()
    assert main(["sessions", "import", str(file), *TARGET]) == 0
    assert capsys.readouterr().out == "2 sessions, 5 records: 0 copied, 5 there already\n"


def test_parts_stand_before_what_names_them(file: Path) -> None:
    ids = [json.loads(line).get("id") for line in file.read_text().splitlines()[1:-1]]
    assert ids == ["s/damaged/20260101T000000.000000Z", "s/disk/new", "s/disk/old", "s", "t"]


def test_some_sessions_through_a_pipe(
    stock: Stock, other: Stock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stock.put({**family("s"), "t": session("t")})
    assert main(["sessions", "export", "t", "--output", "-"]) == 0
    shown = capsys.readouterr()
    assert shown.err.startswith("1 session, 1 record, ")
    monkeypatch.setattr("sys.stdin", io.StringIO(shown.out))
    assert main(["sessions", "import", "-", *TARGET]) == 0
    assert set(other.records()) == {"t"}


def test_nothing_is_exported_by_halves(stock: Stock, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stock.put({"s": session("s")})
    file = tmp_path / "file"
    assert main(["sessions", "export", "s", "nobody", "--output", str(file)]) == 2
    assert capsys.readouterr().err == "mbasic: there is no session nobody\n"
    assert not list(tmp_path.glob("file*"))
    file.write_text("mine")
    assert main(["sessions", "export", "--output", str(file)]) == 2
    assert "there already" in capsys.readouterr().err
    assert file.read_text() == "mine"
    assert main(["sessions", "export", "--output", str(tmp_path / "no" / "file")]) == 2
    assert "No such file" in capsys.readouterr().err


@pytest.mark.parametrize("whole", [0, 2])
def test_a_line_that_is_damaged_ends_the_import(
    other: Stock, file: Path, whole: int, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = file.read_text().splitlines(keepends=True)
    lines[whole + 1] = lines[whole + 1].replace('"data": "', '"data": "AAAA')
    file.write_text("".join(lines))
    assert main(["sessions", "import", str(file), *TARGET]) == 1
    shown = capsys.readouterr()
    assert f"line {whole + 2}: damaged; the {whole} records before it are whole" in shown.err
    assert f"{whole} copied" in shown.out
    assert len(other.records()) == whole


def test_a_file_that_is_cut_short(other: Stock, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:-1]))
    assert main(["sessions", "import", str(file), *TARGET]) == 1
    shown = capsys.readouterr()
    assert "cut short after 5 records" in shown.err
    assert "2 sessions, 5 records: 5 copied" in shown.out
    assert len(other.records()) == 5


def test_two_files_in_one_are_not_taken_for_the_first(
    other: Stock, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(file.read_text() * 2)
    assert main(["sessions", "import", str(file), *TARGET]) == 1
    shown = capsys.readouterr()
    assert "goes on after its last line, 7" in shown.err
    assert "2 sessions, 5 records: 5 copied" in shown.out
    assert len(other.records()) == 5


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "no file of sessions"),
        ("10 PRINT\n", "no file of sessions"),
        ("[1]\n", "no file of sessions"),
        ('{"mbasic-sessions": 2}\n', "format 2"),
        (None, "No such file"),
    ],
)
def test_a_file_of_another_kind(
    tmp_path: Path, other: Stock, content: str | None, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / "odd").write_text(content)
    assert main(["sessions", "import", str(tmp_path / "odd"), *TARGET]) == 2
    assert words in capsys.readouterr().err
    assert other.records() == {}


@pytest.mark.parametrize(
    "line",
    [
        '{"id": "a b", "version": "1", "crc32": 0, "data": ""}',
        '{"id": "a", "version": "", "crc32": 0, "data": ""}',
        '{"id": "a", "version": "1", "crc32": 1, "data": ""}',
        '{"id": "a", "version": "1", "crc32": 0, "data": "*"}',
        '{"id": "a", "version": 1, "crc32": 0, "data": ""}',
        '{"records": 1}',
        "nonsense",
        "[" * 100_000,
    ],
)
def test_a_line_that_is_no_record(line: str) -> None:
    stream = io.StringIO()
    write_header(stream)
    stream.write(line + "\n")
    with pytest.raises(Failure, match="line 2: damaged"):
        list(read_archive(io.StringIO(stream.getvalue()), "file"))


def test_what_has_no_lines_is_not_read_to_its_end() -> None:
    endless = io.StringIO("x" * 100_000)
    with pytest.raises(Failure, match="zeros is no file of sessions"):
        list(read_archive(endless, "zeros"))
    assert endless.tell() < 1000


def test_every_byte_survives() -> None:
    entries = [Entry("s/x", Record(bytes(range(256)), "1")), Entry("s", Record(b"", "2"))]
    stream = io.StringIO()
    write_header(stream)
    for entry in entries:
        write_entry(stream, entry)
    write_footer(stream, 2)
    assert list(read_archive(io.StringIO(stream.getvalue()), "file")) == entries
