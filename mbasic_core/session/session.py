"""A live session: the one editor, machine and terminal that all pages of it show."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable

from mbasic_core.runtime.disk import StateDisk
from mbasic_core.session import limits
from mbasic_core.session.actions import Action, Outcome
from mbasic_core.session.body import Body, Phase, Setting
from mbasic_core.session.breakpoints import changed
from mbasic_core.session.bulletin import Bulletin
from mbasic_core.session.console import Console, Prompt
from mbasic_core.session.directory import Denied, Directory
from mbasic_core.session.document import Document, TooLarge
from mbasic_core.session.due import Cause
from mbasic_core.session.engine import Engine, Interpreter
from mbasic_core.session.herald import Herald, What
from mbasic_core.session.identifiers import ROOT, same_session, short
from mbasic_core.session.notices import Notice
from mbasic_core.session.program import Program
from mbasic_core.session.room import Room
from mbasic_core.session.transcript import Transcript
from mbasic_core.session.view import View

__all__ = ["Session"]

_CAUSES: dict[str, Cause] = {"edit": "edit", "keys": "edit", "breakpoint": "edit"}
_ALL: tuple[What, ...] = ("reset",)
_CHANGES: tuple[What, ...] = ("document", "output", "phase", "files", "breakpoints", "notices", "acknowledged")
_ROOM = 16_384  # characters printed between two announcements, so that no page misses any of the 65,536 that are kept
_NOBODY = 1 << 30
_CHUNK = 0.0005  # seconds between two looks at the clock
_LINES = 50  # of a program that are listed between two looks
logger = logging.getLogger(__name__)


class Session(Bulletin):
    """What the pages of one session show and act on; made by `SessionService.open`.

    Where another process owns the session, it shows what that one last stored. The first action here is applied at once
    to what is shown, and again should the owner have gone on meanwhile; programs run only where the session is owned.
    """

    def __init__(self, id: str, *, engine: Engine, root: str, life: int, room: Room | None = None) -> None:
        super().__init__()
        self.id = id
        self.root = root
        self.life = life
        self.owned = False
        self.closed = False
        self.paused = False
        """Nobody has looked at the running program for long; it goes on when somebody does."""
        self.serial = 0
        """Counts everything that changed, so that one can tell whether a saved state is the present one."""
        self.waiting: list[Action] = []
        """Applied here, but this process does not own the session yet."""
        self.on_change: Callable[[Cause], None] = _ignore
        self.on_runnable: Callable[[Session], None] = _ignore
        self.on_input: Callable[[Session], None] = _ignore
        self.on_owned: Callable[[bool], None] = _ignore
        self.on_settle: Callable[[], Awaitable[None]] | None = None
        self._engine = engine
        self._room_for = room or Room()
        self._herald: Herald[Session] = Herald(self, on_output=self._output_told)
        self._told = 0
        self._line: tuple[str, int] | None = None
        disk = StateDisk(quota=self._room_for.disk)
        self.show(Body.new(), engine.make(b"", disk), disk)

    # --- what pages show

    @property
    def phase(self) -> str:
        """ready | running | waiting for INPUT | stopped."""
        return self.console.word

    @property
    def prompt(self) -> Prompt:
        """What the terminal is to collect now: "line" for INPUT, single "keys", or a "direct" mode line."""
        return self.console.prompt

    @property
    def transcript(self) -> Transcript:
        """The terminal's output."""
        return self.console.transcript

    @property
    def machine(self) -> Interpreter:
        """The machine, to be looked at only."""
        return self.console.machine

    @property
    def directory(self) -> Directory:
        """The files, to be looked at only."""
        return Directory(self.files, self.machine.state)

    @property
    def breakpoints(self) -> list[int]:
        """The lines that have one, ascending; of them, a program need not have all."""
        return list(self.machine.state.breakpoints)

    @property
    def stopped_in(self) -> int | None:
        """The line in which the program stopped, if it can go on there; None: in none, or it was edited since."""
        state = self.machine.state
        stopped = self.console.direct and state.resume is not None and state.stopped_in >= 0
        return state.stopped_in if stopped and self._program.loaded == self.document.revision else None

    @property
    def begun(self) -> bool:
        """Whether anything was ever done in it."""
        return bool(self.applied or self.owned or self.waiting or self.document.revision)

    @property
    def watched(self) -> bool:
        """Whether a page is open."""
        return len(self._herald) > 0

    def subscribe(self, listener: Callable[[Session, What], None]) -> Callable[[], None]:
        """Call `listener(session, what)` on the event loop for each change, until the returned function is called.

        Output is told at most once in 33 ms; up to 48 KB are printed between two times, so a listener that reads
        `transcript.since` each time misses nothing.
        """
        self._told = max(self._told, self.transcript.end)
        self.resume()
        return self._herald.subscribe(listener)

    # --- what pages do

    def apply(self, action: Action) -> Outcome:
        """Apply one input, if it is the next one of its tab. What BASIC objects to stands in the transcript."""
        if self.closed or not same_session(action.root, self.root) or action.life != self.life:
            return Outcome.REFUSED
        last = self.applied.get(action.tab, 0)
        if action.n != last + 1:
            return Outcome.DUPLICATE if action.n <= last else Outcome.GAP
        self.applied.pop(action.tab, None)  # to the end: the tab used last
        self.applied[action.tab] = action.n
        if len(self.applied) > limits.TABS:
            del self.applied[next(iter(self.applied))]
        try:
            outcome = self._perform(action)
        except Denied as reason:
            outcome, self.denial = Outcome.DENIED, str(reason)
        if not self.owned:
            self.waiting.append(action)
        self.mark(_CAUSES.get(action.kind, "input"))
        if self.runnable:
            self.on_runnable(self)
            self.on_input(self)
        return outcome

    async def settle(self) -> None:
        """Return when everything applied so far is in a record that the store accepted, or is refused for good."""
        if self.on_settle is not None:
            await self.on_settle()

    def dismiss(self, notice: Notice) -> None:
        """The user has read a notice."""
        self.forget(notice)
        self.mark("edit")

    def adopt(self, root: str) -> None:
        """Go by the root that a page knows a session by which has not begun yet, here or elsewhere.

        Each process draws one of its own for such a session; its first input may have been made by any of them.
        """
        if not self.begun and root != self.root and re.fullmatch(ROOT, root):
            self.root = root
            self.tell("reset")

    # --- what runs it

    @property
    def runnable(self) -> bool:
        """Whether the machine has something to do, here and now."""
        if not self.owned or self.closed or self.paused:
            return False
        return (self.console.phase == "running" and self._room > 0) or self._behind

    def resume(self) -> None:
        """Go on if paused."""
        self.paused = False
        if self.runnable:
            self.on_runnable(self)

    def work(self, clock: Callable[[], float], until: float) -> None:
        """Run the machine until it rests, `clock()` passes `until`, or the pages have enough to draw."""
        phase, end, files = self.console.phase, self.transcript.end, self.files.revision
        self.console.work(clock, until, chunk=_CHUNK, room=self._room)
        self._after(phase, end)
        if self.files.revision != files:
            self.tell("output")
        while self._behind and clock() < until:
            self._follow()
        self.mark("run" if self.console.phase == "running" else "rest")

    # --- what keeps it

    def mark(self, cause: Cause) -> None:
        """Something changed that is to be saved."""
        self.serial += 1
        self.on_change(cause)

    def body(self) -> Body:
        """Return what is to be stored of the session as it is now, but for the name of its disk record."""
        return Body(
            text=self.document.text,
            revision=self.document.revision,
            loaded=self._program.loaded,
            machine=self._engine.dump(self.machine),
            phase=self.console.phase,
            transcript=self.transcript.text,
            end=self.transcript.end,
            breakpoints=self.breakpoints,
            settings=dict(self.settings),
            applied=dict(self.applied),
            kept=list(self.kept),
        )

    def show(self, body: Body, machine: Interpreter, disk: StateDisk) -> None:
        """Become what `body` says, with its machine and disk; then apply again what waits here and still fits.

        Pages that show an earlier state of the same session are told what changed, others that all did.
        """
        former = self._view
        self.document = Document(body.text, body.revision, self._room_for.document)
        transcript = Transcript(body.transcript, body.end, limit=self._room_for.transcript)
        self.console = Console(machine, transcript, body.phase, fresh=lambda: self._engine.make(b"", disk))
        self.files = disk
        self._program = Program(machine, body.loaded)
        machine.set_breakpoints(body.breakpoints)
        self.settings: dict[str, Setting] = dict(body.settings)
        self.kept = list(body.kept)
        self.applied: dict[str, int] = dict(body.applied)
        self.acknowledged: dict[str, int] = dict(body.applied)
        self._told = transcript.end
        self.serial += 1
        fits, waiting, self.waiting = True, self.waiting, []
        for action in waiting:
            outcome = self.apply(action)
            if outcome is Outcome.DENIED:
                self.warn(self.denial)  # its page was told that it was done
            fits = fits and outcome in (Outcome.APPLIED, Outcome.DUPLICATE)
            logger.info("session %s: input %d again: %s", short(self.id), action.n, outcome)
        self._line = (self.root, self.life)
        goes_on = fits and former is not None and self._view is not None and self._view.follows(former)
        for what in _CHANGES if goes_on else _ALL:
            self.tell(what)

    def own(self, owned: bool) -> None:
        """This process may run the session from now on, or no more."""
        if owned != self.owned:
            self.owned = owned
            self.on_owned(owned)
        if owned:
            self.waiting.clear()
            if self.runnable:
                self.on_runnable(self)

    def acknowledge(self, applied: dict[str, int]) -> None:
        """A record with these inputs was accepted by the store."""
        self.acknowledged = applied
        self.tell("acknowledged")

    def tell(self, what: What) -> None:
        """Tell the pages that something changed."""
        self._herald.tell(what)

    def close(self) -> None:
        """Refuse everything from now on."""
        self.closed = True
        self._herald.close()

    # --- helpers

    @property
    def _view(self) -> View | None:
        return View(*self._line, self.document.text, self.document.revision, self.transcript) if self._line else None

    @property
    def _room(self) -> int:
        return _ROOM - (self.transcript.end - self._told) if self.watched else _NOBODY

    def _output_told(self) -> None:
        self._told = self.transcript.end
        if self.runnable:
            self.on_runnable(self)

    def _perform(self, action: Action) -> Outcome:
        console = self.console
        phase, end = console.phase, self.transcript.end
        match action.kind:
            case "edit":
                return self._edit(action)
            case "run":
                console.stop()
                self._direct("RUN", edits_errors=False)
            case "stop":
                console.stop()
            case "line" if console.direct:
                self._direct(action.text)
            case "line":
                console.line(action.text)
            case "keys":
                console.keys(action.text)
            case "load":
                self._load(action.name)
            case "breakpoint":
                self.machine.set_breakpoints(changed(self.breakpoints, action.text))
                self.tell("breakpoints")
            case "continue":
                self._continue()
            case _:
                self.directory.obey(action)
                self.tell("files")
        self._after(phase, end)
        return Outcome.APPLIED

    def _continue(self) -> None:
        if self.stopped_in is not None:
            self.console.stop()
            self._direct("CONT", edits_errors=False)

    def _load(self, name: str) -> None:
        self.directory.loadable(name)
        if not self.console.direct:
            raise Denied(f"{name} can be loaded when no program runs: stop it first.")
        self.console.stop()
        self._direct(f'LOAD "{name}"', anew=True)

    def _edit(self, action: Action) -> Outcome:
        try:
            fits = self.document.edit(action.revision, action.changes, action.text)
        except TooLarge as error:
            self.refuse(str(error))
            return Outcome.STALE
        if fits:
            self.tell("document")
            self.refuse("")
        return Outcome.APPLIED if fits else Outcome.STALE

    def _direct(self, line: str, *, edits_errors: bool = True, anew: bool = False) -> None:
        """A direct-mode line acts on the document, whatever the machine had loaded before.

        Who runs a program from the editor mends a Syntax error there, so EDIT does not begin by itself then. `anew`: it
        brings another program, so what the document holds need not be one.
        """
        self.machine.state.edits_errors = edits_errors
        if line.strip().upper() == "NEW":  # makes room for a program, so what the document holds need not be one
            self.document.replace("")
        try:
            trouble = self._program.load(self.document)
            if trouble and anew:
                self.document.replace("")
                trouble = self._program.load(self.document)
        except Exception as error:  # noqa: BLE001 - a bug of ours, as in Console.advance
            self.console.fail(error)
            return
        if trouble:
            self.console.refuse(line, trouble)
        else:
            self.console.line(line)

    @property
    def _behind(self) -> bool:
        """Whether the document is still to follow a program that the machine changed."""
        return self.console.direct and self._program.changed()

    def _follow(self) -> None:
        if self._behind and self._program.store(self.document, _LINES):
            self.tell("document")

    def _after(self, phase: Phase, end: int) -> None:
        """The machine may have moved on from `phase` and `end`."""
        console = self.console
        if console.failure:
            self.warn(f"Internal error ({console.failure}): the program was stopped, its text is unharmed.")
            console.failure = ""
        if console.machine is not self._program.machine:
            console.machine.set_breakpoints(self._program.machine.state.breakpoints)
            self._program = Program(console.machine)
        self._follow()
        if self.transcript.end != end:
            self.tell("output")
        if console.phase != phase:
            self.tell("phase")


def _ignore(_: object) -> None:
    pass
