"""The editor's document: changes apply to the revision that they were made on, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.session import limits
from mbasic_core.session.actions import Change
from mbasic_core.session.document import Document, TooLarge


def test_changes_are_offsets_in_the_old_text() -> None:
    document = Document("10 PRINT 1\n20 END\n", 4)
    assert document.edit(4, [(3, 8, "LPRINT"), (11, 11, "15 REM\n")], "")
    assert (document.text, document.revision) == ("10 LPRINT 1\n15 REM\n20 END\n", 5)


def test_without_changes_the_text_is_the_document() -> None:
    document = Document("old", 1)
    assert document.edit(1, None, "new")
    assert (document.text, document.revision) == ("new", 2)


@pytest.mark.parametrize("revision", [0, 2, -1])
def test_an_edit_of_another_revision_is_refused(revision: int) -> None:
    document = Document("text", 1)
    assert not document.edit(revision, [(0, 0, "x")], "")
    assert (document.text, document.revision) == ("text", 1)


@pytest.mark.parametrize("changes", [[(0, 5, "")], [(-1, 0, "")], [(2, 1, "")], [(2, 3, ""), (1, 1, "")]])
def test_changes_that_do_not_fit_are_refused(changes: list[Change]) -> None:
    document = Document("text", 1)
    assert not document.edit(1, changes, "")
    assert (document.text, document.revision) == ("text", 1)


def test_a_document_of_exactly_the_limit_is_taken_and_one_more_is_not() -> None:
    document = Document()
    assert document.edit(0, None, "x" * limits.DOCUMENT)
    with pytest.raises(TooLarge, match="1,048,577"):
        document.edit(1, [(0, 0, "y")], "")
    assert (len(document.text), document.revision) == (limits.DOCUMENT, 1)


def test_half_a_surrogate_pair_becomes_something_that_can_be_saved() -> None:
    document = Document()
    document.replace("a\ud83db\ude00c\U0001f600")
    assert document.text == "a\ufffdb\ufffdc\U0001f600"
    assert document.text.encode()


@given(st.text(max_size=30), st.data())
def test_changes_do_what_slices_do(text: str, data: st.DataObject) -> None:
    ends = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    inserts = [data.draw(st.text(max_size=3)) for _ in ends[::2]]
    changes = list(zip(ends[::2], ends[1::2], inserts, strict=False))
    expected = text
    for start, stop, insert in reversed(changes):
        expected = expected[:start] + insert + expected[stop:]
    document = Document(text)
    assert document.edit(0, changes, "")
    assert document.text == expected
