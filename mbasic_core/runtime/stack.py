"""The control stack of GOSUB, FOR and WHILE frames, and the room it has."""

from __future__ import annotations

from mbasic_core.errors import BasicError, ErrorCode
from mbasic_core.language.parser.expressions import SHALLOW
from mbasic_core.runtime.position import Position
from mbasic_core.runtime.state import FOR, GOSUB, WHILE, Frame, State

__all__ = ["ControlStack"]

_BYTES = {GOSUB: 6, FOR: 18, WHILE: 6}
"""What a frame takes on the real stack: 512 bytes hold 85 GOSUBs."""


class ControlStack:
    """Operations on `State.stack`; the common cases are inline in the compiled statements."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._frames = state.stack
        self.roomy = [state.stack_size // _BYTES[FOR]]
        """One number: with fewer frames there is room for one more, whatever they are."""

    def resize(self, size: int) -> None:
        """CLEAR gave another stack size."""
        self._state.stack_size = size
        self.roomy[0] = size // _BYTES[FOR]

    def check(self, kind: int) -> None:
        """Raises Out of memory when a frame of that kind does not fit any more."""
        if sum(_BYTES[frame[0]] for frame in self._frames) + _BYTES[kind] > self._state.stack_size:
            raise BasicError(ErrorCode.OUT_OF_MEMORY)

    def deep(self, size: int) -> None:
        """Raises Out of memory when an expression that needs so many bytes leaves the stack."""
        if sum(_BYTES[frame[0]] for frame in self._frames) + size > self._state.stack_size + SHALLOW:
            raise BasicError(ErrorCode.OUT_OF_MEMORY)

    def drop_loop(self, slot: int, body: Position) -> None:
        """FOR whose loop is on the stack already: that ends, with all inside it. Another FOR's loop stays."""
        frames = self._frames
        for place in range(len(frames) - 1, -1, -1):
            kind = frames[place][0]
            if kind == GOSUB:
                return
            if kind == FOR and frames[place][1] == slot and frames[place][4] == body:
                del frames[place:]
                return

    def find_loop(self, slot: int | None, body: Position) -> Frame:
        """The loop that NEXT closes, uncovered on the stack; raises NEXT without FOR.

        It must be the last one (of that variable), and the one whose NEXT this is: that with this body.
        """
        frames = self._frames
        for place in range(len(frames) - 1, -1, -1):
            frame = frames[place]
            if frame[0] == GOSUB:
                break
            if frame[0] == FOR and (slot is None or frame[1] == slot):
                if frame[4] != body:
                    break
                del frames[place + 1 :]
                return frame
        raise BasicError(ErrorCode.NEXT_WITHOUT_FOR)

    def enter_while(self, frame: Frame) -> None:
        """WHILE whose condition holds and whose frame is not on top."""
        self.leave_while(frame[1])
        self.check(WHILE)
        self._frames.append(frame)

    def leave_while(self, position: Position) -> None:
        """WHILE whose condition fails: its loop ends, with all inside it."""
        frames = self._frames
        for place in range(len(frames) - 1, -1, -1):
            if frames[place][0] == GOSUB:
                return
            if frames[place][0] == WHILE and frames[place][1] == position:
                del frames[place:]
                return

    def find_while(self, behind: Position) -> Frame:
        """The loop that WEND closes, uncovered on the stack; raises WEND without WHILE."""
        frames = self._frames
        for place in range(len(frames) - 1, -1, -1):
            frame = frames[place]
            if frame[0] == GOSUB:
                break
            if frame[0] == WHILE and frame[2] == behind:
                del frames[place + 1 :]
                return frame
        raise BasicError(ErrorCode.WEND_WITHOUT_WHILE)
