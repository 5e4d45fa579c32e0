"""What no page sends over a socket reaches no handler, and leaves no traceback in the log."""

from __future__ import annotations

import asyncio
import logging

import pytest
import socketio  # type: ignore[import-untyped]  # has no types

from mbasic_core.web.internals import refuse_malformed

FORGED = '2["connect",{"QUERY_STRING":"client_id=another","asgi.scope":{}}]'
MALFORMED = [
    *("", "2", "2[", "2[]", "2{}", "21", "2[1]", "2[null]", "\0", "9", "4", '2["input"]', '2["input",1,2]'),
    *('2["input",{"n":NaN}]', f'2["input",{{"n":{"9" * 5000}}}]', f'2["input",{"[" * 100_000}', "3", "31[]"),
    *("5", '51-["input"]', "599999999-[]", '2["disconnect","x"]', FORGED),
]


def heard(*packets: str | bytes) -> list[object]:
    """What handlers get of a socket's packets, each in a task of its own as engineio has it."""
    reached: list[object] = []

    async def talk() -> None:
        server = socketio.AsyncServer(async_mode="asgi", async_handlers=False)

        async def connect(_sid: str, environ: object, _auth: object = None) -> None:
            reached.append(environ)

        server.on("connect", connect)
        server.on("disconnect", lambda *_: reached.append("disconnect"))
        server.on("input", lambda _sid, said: reached.append(said))
        refuse_malformed(server)
        server.environ["eio"] = "the server's own"
        server._send_packet = _nothing
        for each in ("0", *packets):
            await server.eio.handlers["message"]("eio", each)

    asyncio.run(talk())
    return reached


async def _nothing(*_: object) -> None:
    pass


@pytest.mark.parametrize("malformed", [*MALFORMED, b"", b"\0\xff"])
def test_what_no_page_sends_is_dropped(malformed: str | bytes, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert heard(malformed, '2["input",{"n":1}]') in (["the server's own", {"n": 1}], ["the server's own"])
    assert not [record for record in caplog.records if record.exc_info]
    assert not [record for record in caplog.records if record.levelno > logging.INFO]


def test_an_attachment_that_is_not_there_is_dropped(caplog: pytest.LogCaptureFixture) -> None:
    reached = heard('51-["input",{"_placeholder":true,"num":5}]', b"\0", '2["input",1]')
    assert reached[:1] == ["the server's own"]
    assert not [record for record in caplog.records if record.levelno > logging.INFO]


def test_what_pages_send_is_heard() -> None:
    assert heard('2["input",1]', '27["input",{"text":"x"}]') == ["the server's own", 1, {"text": "x"}]


def test_nobody_connects_with_an_environment_of_their_own() -> None:
    assert heard(FORGED) == ["the server's own"]
