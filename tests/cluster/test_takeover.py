"""Two tabs on two processes: both show everything, and a key typed in either moves the running program there."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.cluster.harness import Cluster, Node
from tests.cluster.twins import KEYS, Story, told
from tests.e2e.harness import Ide, visit

pytestmark = pytest.mark.timeout(300)  # many processes, each of which takes seconds to start

_TAKEOVERS = 20
_SHOWN = 1.5  # seconds until the other tab shows what one has shown
_TAKEN = 0.5  # seconds until the program, in its new process, has answered the key
_SEES = "text => document.querySelector('[role=log]').textContent.includes(text)"


def sees(ide: Ide, text: str, since: float) -> float:
    """Wait until the terminal shows a text; the seconds since then."""
    ide.page.wait_for_function(_SEES, arg=text, timeout=15_000)
    return time.monotonic() - since


def owner_is(cluster: Cluster, ide: Ide, node: Node) -> None:
    """Wait until the record names that process."""
    end = time.monotonic() + 10.0
    while cluster.owner_of(ide.page.context) is not node:
        assert time.monotonic() < end, "the session is not owned where it was used last"
        time.sleep(0.05)


def test_a_program_follows_the_keys_through_twenty_takeovers(browser: Browser, tmp_path: Path) -> None:
    with Cluster(tmp_path) as cluster:
        one = visit(browser, cluster.nodes[0])
        one.start(KEYS)
        one.expect_output("KEYS")
        two = visit(one.page.context, cluster.nodes[1])
        two.expect_output("KEYS")
        two.expect_phase("running")
        assert two.text() == KEYS
        story, taken, shown = Story("keys", KEYS), [], []
        for number in range(1, _TAKEOVERS + 1):
            here, there = (two, one) if number % 2 else (one, two)
            key = chr(ord("a") + number)
            here.page.bring_to_front()  # as who types into it does: browsers slow down the tabs behind
            here.terminal.focus()
            begun = time.monotonic()
            here.page.keyboard.press(key)
            taken.append(sees(here, f" {number} {key} ", begun))
            shown.append(sees(there, f" {number} {key} ", time.monotonic()))
            story.inputs.append(("keys", key))
            owner_is(cluster, one, cluster.nodes[number % 2])
        print(f"key in the follower: median {statistics.median(taken):.2f} s, worst {max(taken):.2f} s;", end=" ")
        print(f"in the other tab: median {statistics.median(shown):.2f} s, worst {max(shown):.2f} s")
        two.page.keyboard.press("Shift+Q")
        story.inputs.append(("keys", "Q"))
        for tab in (one, two):
            tab.expect_output("DONE 21")
            assert [line.split() for line in tab.printed().splitlines()] == [
                line.split() for line in told(story).splitlines()
            ]
        assert max(shown) <= _SHOWN
        assert max(taken) <= _TAKEN
        one.page.context.close()
