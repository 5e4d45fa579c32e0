"""The process that serves a page is killed: another goes on with it in seconds, without a load, and nothing is lost."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

import pytest
from playwright.sync_api import Browser, expect

from mbasic_core.cli.cluster.balancer import BALANCERS, Balancer
from mbasic_core.session.body import parse_body
from mbasic_core.session.files import parse_files
from mbasic_core.session.record import parse
from mbasic_core.storage import StoreRegistry
from tests.cluster.harness import Cluster
from tests.e2e.harness import Ide, visit

pytestmark = pytest.mark.timeout(300)  # many processes, each of which takes seconds to start

_ROUNDS = 5
_MEDIAN = 2.0  # seconds until the page is live again
_WORST = 4.0

# Notes when the session's status shows that the page is connected, and when not.
WATCH = """() => {
  window.marked = "from before";
  window.turns = [];
  const status = document.querySelector('[role=status][aria-label=Session]');
  let live = true;
  const look = () => {
    if (status.textContent.includes('live') !== live) window.turns.push([live = !live, Date.now() / 1000]);
  };
  new MutationObserver(look).observe(status, {subtree: true, characterData: true, childList: true});
}"""

SUMS = """10 PRINT "SUMS"
20 FOR I=1 TO 6
30 PRINT "ROUND";I;
40 INPUT "NUMBER";N
50 S=S+N
60 NEXT I
70 PRINT "THE SUM IS";S"""
PRINTS = """10 FOR I=1 TO 400: S=0
20 FOR J=1 TO 2500: S=S+SIN(J): NEXT J
30 PRINT I;S
40 NEXT I
50 PRINT "DONE" """
WRITES = """10 OPEN "O",1,"DATA.TXT"
20 FOR I=1 TO 400: S=0
30 FOR J=1 TO 2500: S=S+SIN(J): NEXT J
40 PRINT#1,I;S: IF I MOD 20=0 THEN PRINT I;
50 NEXT I
60 CLOSE: OPEN "I",1,"DATA.TXT"
70 IF NOT EOF(1) THEN LINE INPUT#1,A$: L=L+LEN(A$): GOTO 70
80 CLOSE: PRINT: PRINT "DONE";L"""

Disturb: TypeAlias = Callable[[], None]
End: TypeAlias = tuple[str, dict[str, bytes]]
"""What a program has printed, and the files that it left."""


class Victim:
    """A page whose process is killed again and again."""

    def __init__(self, cluster: Cluster, ide: Ide) -> None:
        self.ide = ide
        self.outages: list[float] = []
        self._cluster = cluster
        self._loads: list[str] = []
        ide.page.evaluate(WATCH)
        ide.page.on("load", lambda page: self._loads.append(page.url))

    def kill(self, meanwhile: Disturb = lambda: None) -> None:
        """Kill the process that owns the session, do something, and wait until the page is live again."""
        for node in self._cluster.nodes:
            node.wait("/readyz")
        node = self._cluster.owner_of(self.ide.page.context)
        seen = len(self.ide.page.evaluate("window.turns"))
        killed = time.time()
        node.kill()
        meanwhile()
        self.ide.page.wait_for_function("(seen) => window.turns.slice(seen).some(([live]) => live)", arg=seen)
        back = next(at for live, at in self.ide.page.evaluate("window.turns")[seen:] if live)
        self.outages.append(back - killed)
        node.launch()

    @property
    def well(self) -> bool:
        """Whether the page was never loaded again, and was back as soon as is promised."""
        print("outages, seconds:", *(f"{seconds:.2f}" for seconds in self.outages), self._loads, self.ide.problems)
        same = self._loads == [] and self.ide.page.evaluate("window.marked") == "from before"
        in_time = statistics.median(self.outages) <= _MEDIAN and max(self.outages) <= _WORST
        return same and in_time and len(self.outages) == _ROUNDS and self.ide.problems == []


@pytest.fixture(scope="module", params=BALANCERS)
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two processes behind each of the balancers that are shipped."""
    with Cluster(tmp_path_factory.mktemp("cluster"), balancer=request.param) as running:
        yield running


@pytest.fixture
def ide(browser: Browser, cluster: Cluster) -> Iterator[Ide]:
    """The page, in a browser of its own."""
    for node in cluster.nodes:
        node.wait("/readyz")
    page = visit(browser, cluster)
    yield page
    page.page.context.close()


def undisturbed(browser: Browser, cluster: Cluster, program: str, *answers: str) -> End:
    """What a program prints, and the files that it leaves, when nobody disturbs it."""
    twin = visit(browser, cluster)
    twin.start(program)
    for answer in answers:
        twin.answer(answer)
    end = finish(cluster, twin)
    twin.page.context.close()
    return end


def finish(cluster: Cluster, ide: Ide) -> End:
    """Wait until the program has ended; what it printed, and its files."""
    ide.expect_phase("ready", timeout=60_000)
    ide.expect_saved()
    return ide.printed(), files(cluster, ide)


def files(cluster: Cluster, ide: Ide) -> dict[str, bytes]:
    """The files of a session, from its record."""

    async def read(id: str) -> dict[str, bytes]:
        store = StoreRegistry().create(cluster.store, data_dir=Path("/nowhere"))
        await store.open()
        try:
            record = await store.load(id)
            assert record is not None
            disk = parse_body(parse(record.data, id).body, id).disk
            kept = await store.load(disk) if disk else None
            return parse_files(kept.data) if kept is not None else {}
        finally:
            await store.close()

    id = cluster.session(ide.page.context)
    with ThreadPoolExecutor(1) as thread:  # Playwright has an event loop in this one
        return thread.submit(lambda: asyncio.run(read(id))).result()


def test_who_types_on_loses_no_character(cluster: Cluster, ide: Ide) -> None:
    ide.program.fill("10 REM FIRST\n")
    ide.expect_saved()
    typed = "10 REM FIRST\n"
    victim = Victim(cluster, ide)
    ide.program.press("Control+End")
    for number in range(2, 2 + _ROUNDS):
        before, meanwhile = f"{number}0 PRINT {number}: REM BEFORE ", f"AND DURING THE OUTAGE {number}\n"
        ide.page.keyboard.type(before)
        victim.kill(lambda text=meanwhile: ide.page.keyboard.type(text, delay=25))  # type: ignore[misc]  # its default
        typed += before + meanwhile
    ide.expect_saved()
    assert ide.text() == typed
    ide.run.click()
    ide.expect_output("RUN\n 2 \n 3 \n 4 \n 5 \n 6 \nOk")
    assert victim.well
    ide.page.reload()
    expect(ide.program).to_be_visible()
    assert ide.text() == typed


def test_input_that_is_pending_waits_on(browser: Browser, cluster: Cluster, ide: Ide) -> None:
    answers = [str(number * number) for number in range(1, 7)]
    expected = undisturbed(browser, cluster, SUMS, *answers)
    ide.start(SUMS)
    ide.answer(answers[0])
    victim = Victim(cluster, ide)
    for number, answer in enumerate(answers[1:], 2):
        ide.expect_output(f"ROUND {number} NUMBER? ")
        ide.expect_phase("waiting for INPUT")
        half = len(answer) // 2
        ide.terminal.press_sequentially(answer[:half])
        victim.kill(lambda rest=answer[half:]: ide.terminal.press_sequentially(rest))  # type: ignore[misc]  # as above
        ide.terminal.press("Enter")
    assert finish(cluster, ide) == expected
    assert victim.well


def test_program_that_prints_goes_on(browser: Browser, cluster: Cluster, ide: Ide) -> None:
    runs, undisturbed_runs, victim = disturb(browser, cluster, ide, PRINTS)
    assert runs == undisturbed_runs
    assert victim.well


def test_file_that_is_being_written_is_complete(browser: Browser, cluster: Cluster, ide: Ide) -> None:
    runs, undisturbed_runs, victim = disturb(browser, cluster, ide, WRITES)
    assert [sorted(files) for _, files in runs] == [["DATA.TXT"]] * _ROUNDS
    assert runs == undisturbed_runs
    assert victim.well


@pytest.mark.parametrize("balancer", BALANCERS)
def test_no_affinity_is_needed(browser: Browser, tmp_path: Path, balancer: Balancer) -> None:
    with Cluster(tmp_path, balancer=balancer, affinity=False) as cluster:
        ide = visit(browser, cluster)
        ide.start(SUMS)
        ide.answer("1")
        victim = Victim(cluster, ide)
        for number in range(2, 2 + _ROUNDS):
            ide.expect_output(f"ROUND {number} NUMBER? ")
            ide.expect_saved()
            ide.terminal.press_sequentially(f"{number}")
            victim.kill(lambda: ide.terminal.press_sequentially("0"))
            ide.terminal.press("Enter")
        ide.expect_output("THE SUM IS 201")
        ide.expect_phase("ready")
        assert victim.well
        assert "THE SUM IS 201" in ide.printed()
        ide.page.context.close()


def disturb(browser: Browser, cluster: Cluster, ide: Ide, program: str) -> tuple[list[End], list[End], Victim]:
    """Kill the process of a running program once in each of its runs; how they ended, how they should have ended."""
    printed, left = undisturbed(browser, cluster, program)
    once = printed.removeprefix("Ok\n")
    ide.start(program)
    victim = Victim(cluster, ide)
    runs: list[End] = []
    for number in range(_ROUNDS):
        if number:
            ide.run.click()
        ide.expect_phase("running")
        cluster.owner_of(ide.page.context)
        time.sleep(0.3)
        assert (ide.session.text_content() or "").find("running") >= 0, "the program has ended before the kill"
        victim.kill()
        runs.append(finish(cluster, ide))
    return runs, [("Ok\n" + once * number, left) for number in range(1, _ROUNDS + 1)], victim
