"""One page's link: welcome, answers, frames, and what happens when pages edit at the same time."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic_core.session import Session, SessionService
from mbasic_core.web import link as link_module
from mbasic_core.web.link import Link, Message, replacement
from mbasic_core.web.panels import files_of
from tests.web.live import line, live_service, until


class Screen:
    """A page: puts its frames together."""

    def __init__(self, session: Session, tab: str = "tab") -> None:
        self.frames: list[Message] = []
        self.history: list[tuple[str, str]] = []  # each phase shown, and what was printed by then
        self.link = Link(session, tab=tab, send=self.receive)
        self.welcome = self.link.welcome()
        self.text: str = self.welcome["text"]
        self.revision: int = self.welcome["revision"]
        self.printed: str = self.welcome["output"]["text"]
        self.state: Message = self.welcome["state"]
        self.files: Message = self.welcome["files"]
        self.draws = True
        self.link.start()

    async def receive(self, frame: Message) -> None:
        self.frames.append(frame)
        if "document" in frame:
            start, end, insert = frame["document"]["change"]
            self.text = self.text[:start] + insert + self.text[end:]
            self.revision = frame["document"]["revision"]
        if "output" in frame:
            self.printed += frame["output"]["text"]
            if self.draws:
                self.link.drawn(frame["output"]["start"] + len(frame["output"]["text"]))
        if "files" in frame:
            self.files = frame["files"]
        if "state" in frame:
            self.state = frame["state"]
            self.history.append((self.state["phase"], self.printed))

    def edit(self, n: int, *changes: tuple[int, int, str], revision: int | None = None, **more: Any) -> Message:
        state = self.link.session
        base = self.revision if revision is None else revision
        known = {"tab": self.link.tab, "n": n, "root": state.root, "life": state.life}
        return self.link.input(known | {"kind": "edit", "revision": base, "changes": list(map(list, changes))} | more)


def live(story: Callable[[SessionService], Coroutine[Any, Any, None]]) -> None:
    """Tell a story about sessions of a running service."""

    async def tell() -> None:
        async with live_service() as service:
            await story(service)

    asyncio.run(tell())


def test_line_is_echoed_and_answered() -> None:
    async def story(service: SessionService) -> None:
        session = await service.open("s")
        screen = Screen(session)
        answer = screen.link.input(line(session, 1, "PRINT 2+2"))
        assert answer["outcome"] == "applied"
        await until(lambda: screen.printed.endswith("PRINT 2+2\r\n 4 \r\nOk\r\n"))
        await until(lambda: screen.state["phase"] == "ready")
        assert screen.link.input(line(session, 1, "PRINT 2+2"))["outcome"] == "duplicate"
        assert screen.link.input(line(session, 3, "PRINT 2+2"))["outcome"] == "gap"
        assert screen.link.input(line(session, 2, "日"))["outcome"] == "bad"
        assert screen.link.input(line(session, 2, "X") | {"root": "other"})["outcome"] == "refused"

    live(story)


def test_own_edit_is_not_sent_back_and_the_other_page_gets_it() -> None:
    async def story(service: SessionService) -> None:
        session = await service.open("s")
        mine, theirs = Screen(session, "mine"), Screen(session, "theirs")
        answer = mine.edit(1, (0, 0, "10 PRINT"))
        assert answer["outcome"] == "applied"
        assert answer["revision"] == 1
        await until(lambda: theirs.text == "10 PRINT")
        await asyncio.sleep(0.05)
        assert not any("document" in frame for frame in mine.frames)

    live(story)


def test_stale_edit_is_refused_and_answered_with_what_came_first() -> None:
    async def story(service: SessionService) -> None:
        session = await service.open("s")
        mine, theirs = Screen(session, "mine"), Screen(session, "theirs")
        mine.edit(1, (0, 0, "20 END\n"))
        answer = theirs.edit(1, (0, 0, "10 CLS\n"), revision=0)
        assert answer["outcome"] == "stale"
        assert answer["document"] == {"revision": 1, "change": (0, 0, "20 END\n")}
        assert session.document.text == "20 END\n"

    live(story)


def test_edit_sent_again_comes_back_to_its_page() -> None:
    async def story(service: SessionService) -> None:
        session = await service.open("s")
        screen = Screen(session)
        assert screen.edit(1, (0, 0, "10 CLS"), again=True)["outcome"] == "applied"
        await until(lambda: screen.text == "10 CLS")

    live(story)


def test_direct_mode_line_changes_the_document_of_all_pages() -> None:
    async def story(service: SessionService) -> None:
        session = await service.open("s")
        screen = Screen(session)
        screen.link.input(line(session, 1, '10 PRINT "HI"'))
        await until(lambda: bool(screen.text))
        assert screen.text == session.document.text == '10 PRINT "HI"\n'

    live(story)


def test_rest_is_not_shown_before_the_last_output() -> None:
    async def story(service: SessionService) -> None:
        session = await service.open("s")
        screen = Screen(session)
        screen.edit(1, (0, 0, "10 FOR I=1 TO 2000: PRINT I: NEXT: END"))
        screen.link.input(line(session, 2, "RUN"))
        await until(lambda: screen.state["phase"] == "ready" and " 2000 " in screen.printed)
        ready = [printed for phase, printed in screen.history if phase == "ready" and "RUN" in printed]
        assert ready
        assert all(printed.endswith(" 2000 \r\nOk\r\n") for printed in ready)

    live(story)


def test_page_that_draws_nothing_is_sent_no_more_than_the_window() -> None:
    async def story(service: SessionService) -> None:
        session = await service.open("s")
        screen = Screen(session)
        screen.draws = False
        screen.edit(1, (0, 0, '10 PRINT "0123456789012345678901234567890123456789": GOTO 10'))
        screen.link.input(line(session, 2, "RUN"))
        most = link_module.WINDOW + link_module.CHUNK
        await until(lambda: session.transcript.end > 2 * most, patience=60)
        assert len(screen.printed) <= most
        assert all(len(frame.get("output", {}).get("text", "")) <= link_module.CHUNK for frame in screen.frames)
        before = len(screen.frames)
        screen.draws = True
        screen.link.drawn(session.transcript.end)
        await until(lambda: any("output" in frame for frame in screen.frames[before:]))
        late = next(frame["output"] for frame in screen.frames[before:] if "output" in frame)
        assert late["start"] > most  # it jumps to what the transcript still has
        stop = {"tab": "tab", "n": 3, "root": session.root, "life": session.life, "kind": "stop", "text": ""}
        screen.link.input(stop)
        await until(lambda: screen.state["phase"] == "stopped")
        assert screen.printed.endswith("Break in 10\r\nOk\r\n")

    live(story)


def test_states_are_counted_so_that_a_late_one_can_be_told() -> None:
    async def story(service: SessionService) -> None:
        session = await service.open("s")
        screen = Screen(session)
        for n in range(1, 6):
            screen.link.input(line(session, n, "PRINT 1"))
        await until(lambda: screen.printed.count("Ok\r\n") == 6)
        await asyncio.sleep(0.1)
        serials = [frame["state"]["serial"] for frame in screen.frames if "state" in frame]
        assert serials == sorted(set(serials))

    live(story)


def test_closed_session_takes_nothing_and_says_so() -> None:
    async def story(service: SessionService) -> None:
        session = await service.open("s")
        screen = Screen(session)
        await service.close()
        assert screen.link.input(line(session, 1, "PRINT 1")) == {"outcome": "lost"}

    live(story)


def test_closed_link_sends_nothing() -> None:
    async def story(service: SessionService) -> None:
        session = await service.open("s")
        screen, other = Screen(session, "a"), Screen(session, "b")
        screen.link.close()
        other.link.input(line(session, 1, "PRINT 1", tab="b"))
        await until(lambda: " 1 " in other.printed)
        assert screen.frames == []

    live(story)


def test_variables_are_shown_at_rest() -> None:
    async def story(service: SessionService) -> None:
        session = await service.open("s")
        screen = Screen(session)
        screen.link.input(line(session, 1, 'A%=5: B$="x"+CHR$(7)'))
        await until(lambda: any("variables" in frame for frame in screen.frames))
        shown = [frame["variables"] for frame in screen.frames if "variables" in frame]
        assert shown[-1] == [("A%", "integer", "5"), ("B$", "string", '"x·"')]
        assert Screen(session, "b").welcome["variables"] == shown[-1]

    live(story)


@given(st.text("ab\n", max_size=30), st.text("ab\n", max_size=30))
def test_replacement_makes_the_new_text_of_the_old(old: str, new: str) -> None:
    start, end, insert = replacement(old, new)
    assert old[:start] + insert + old[end:] == new


def upload(screen: Screen, n: int, name: str, data: bytes, **more: Any) -> Message:
    """Send a file as a page does."""
    session, size = screen.link.session, len(data)
    screen.link.transfer.take({"upload": "u", "offset": 0, "data": b64encode(data).decode()})
    said = line(session, n, "", tab=screen.link.tab) | {"kind": "write", "name": name, "upload": "u", "size": size}
    return screen.link.input(said | more)


def test_uploaded_file_is_listed_on_every_page() -> None:
    async def story(service: SessionService) -> None:
        session = await service.open("s")
        mine, theirs = Screen(session, "mine"), Screen(session, "theirs")
        assert mine.welcome["files"] == {"quota": 1_000_000, "used": 0, "rows": []}
        answer = upload(mine, 1, "A.DAT", b"\x00\xff\x1a\r\n")
        assert answer["outcome"] == "applied"
        listing = {"quota": 1_000_000, "used": 5, "rows": [["A.DAT", 5, "data", False]]}
        assert answer["files"] == listing
        await until(lambda: theirs.files == listing)
        assert Screen(session, "third").files == listing
        await session.settle()
        assert session.acknowledged["mine"] == 1

    live(story)


def test_refusal_of_the_disk_is_answered_and_takes_its_number() -> None:
    async def story(service: SessionService) -> None:
        screen = Screen(await service.open("s"))
        answer = upload(screen, 1, "NO NAME", b"x")
        assert answer["outcome"] == "denied"
        assert answer["problem"].startswith("NO NAME: Bad file name.")
        assert answer["applied"] == 1
        assert upload(screen, 2, "A", b"x")["outcome"] == "applied"
        assert upload(screen, 3, "A", b"y")["problem"] == "A: File already exists."
        assert upload(screen, 4, "A", b"y", replace=True)["outcome"] == "applied"

    live(story)


def test_file_whose_bytes_did_not_come_is_asked_for_and_one_that_is_stored_is_not() -> None:
    async def story(service: SessionService) -> None:
        session = await service.open("s")
        screen = Screen(session)
        said = line(session, 1, "") | {"kind": "write", "name": "A", "upload": "u", "size": 3}
        assert screen.link.input(said) == {"outcome": "unstaged"}
        assert session.applied == {}
        screen.link.transfer.take({"upload": "u", "offset": 0, "data": b64encode(b"on").decode()})
        assert screen.link.input(said) == {"outcome": "unstaged"}
        assert upload(screen, 1, "A", b"one")["outcome"] == "applied"
        assert screen.link.input(said | {"again": True})["outcome"] == "duplicate"
        assert screen.link.input(said | {"n": 3})["outcome"] == "gap"
        assert screen.link.input(said | {"n": 2, "root": "0" * 36})["outcome"] in ("unstaged", "refused")
        assert session.files.files == {"A": b"one"}

    live(story)


def test_files_of_a_running_program_are_listed_now_and_then() -> None:
    async def story(service: SessionService) -> None:
        session = await service.open("s")
        screen = Screen(session)
        program = '10 OPEN "O",1,"A"\n20 PRINT#1,"X": N=N+1: IF N<500 THEN 20\n30 N=0: B=B+1: CLOSE\n'
        screen.edit(1, (0, 0, program + '40 OPEN "O",1,"B"+MID$(STR$(B),2): GOTO 20'))
        screen.link.input(line(session, 2, "RUN"))
        await until(lambda: len(screen.files["rows"]) > 3)
        assert session.phase == "running"
        told = len([frame for frame in screen.frames if "files" in frame])
        began = asyncio.get_running_loop().time()
        await asyncio.sleep(1.0)
        took = asyncio.get_running_loop().time() - began
        assert len([frame for frame in screen.frames if "files" in frame]) - told <= took / link_module.LISTING + 2
        screen.link.input(line(session, 3, "") | {"kind": "stop"})
        await until(lambda: screen.state["phase"] == "stopped")
        await until(lambda: screen.files == files_of(session))
        opened = [row[0] for row in screen.files["rows"] if row[3]]
        assert opened in ([], [f"B{len(screen.files['rows']) - 1}"])  # it may stop between CLOSE and OPEN

    live(story)


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("", "", (0, 0, "")),
        ("10 A", "10 AB", (4, 4, "B")),
        ("aaa", "aa", (2, 3, "")),
        ("10 A\n20 B", "10 A\n15 X\n20 B", (5, 5, "15 X\n")),
    ],
)
def test_replacement_is_short(old: str, new: str, change: tuple[int, int, str]) -> None:
    assert replacement(old, new) == change


def test_a_page_is_told_of_breakpoints_and_of_the_line_that_the_program_stopped_in() -> None:
    async def story(service: SessionService) -> None:
        session = await service.open("u1")
        one, two = Screen(session), Screen(session, tab="other")
        assert (one.state["breakpoints"], one.state["stopped"]) == ([], None)
        one.edit(1, (0, 0, "10 A=1\n20 A=2\n"))
        known = {"tab": "tab", "root": session.root, "life": session.life}
        answer = one.link.input(known | {"n": 2, "kind": "breakpoint", "text": "20"})
        assert (answer["outcome"], answer["state"]["breakpoints"]) == ("applied", [20])
        await until(lambda: two.state["breakpoints"] == [20])
        one.link.input(known | {"n": 3, "kind": "run"})
        await until(lambda: one.state["stopped"] == two.state["stopped"] == 20)
        assert two.printed.endswith("Break in 20\r\nOk\r\n")
        assert Screen(session, tab="third").welcome["state"]["stopped"] == 20
        one.link.input(known | {"n": 4, "kind": "continue"})
        await until(lambda: two.printed.endswith("CONT\r\nOk\r\n") and two.state["stopped"] is None)
        answer = one.link.input(known | {"n": 5, "kind": "breakpoint", "text": "x"})
        assert (answer["outcome"], answer["problem"]) == ("denied", "That is no line number.")

    live(story)
