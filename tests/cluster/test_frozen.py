"""A process that hangs keeps its connections and says nothing. Its pages go on elsewhere, through either balancer."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from mbasic_core.cli.cluster.balancer import Balancer
from tests.cluster.harness import Cluster
from tests.cluster.test_kill import WATCH
from tests.e2e.harness import visit

pytestmark = pytest.mark.timeout(300)  # many processes, each of which takes seconds to start

_BACK = {"haproxy": 8.0, "nginx": 45.0}
"""Seconds until a page goes on. HAProxy asks servers each second. Through nginx the page must notice that nothing
comes (10 s), then it tries for 4, 8 and 16 s, under other names; 12 s into the last try nginx gives the server up."""


@pytest.mark.parametrize("balancer", _BACK)
def test_pages_of_a_frozen_process_go_on_in_another(browser: Browser, tmp_path: Path, balancer: Balancer) -> None:
    with Cluster(tmp_path, balancer=balancer) as cluster:
        ide = visit(browser, cluster)
        ide.start('10 PRINT "BEGUN"\n20 K$=INKEY$: IF K$="" THEN 20\n30 N=N+1: PRINT N;K$: GOTO 20')
        ide.expect_output("BEGUN")
        ide.expect_saved()
        ide.page.evaluate(WATCH)
        frozen = cluster.owner_of(ide.page.context)
        frozen.freeze()
        begun = time.time()
        ide.terminal.press("a")
        back = "window.turns.find(([live]) => live)"
        ide.page.wait_for_function(back, timeout=1000 * 2 * _BACK[balancer])
        seconds = ide.page.evaluate(back)[1] - begun
        print(f"back after {seconds:.1f} s")
        ide.expect_output(" 1 a")
        assert cluster.owner_of(ide.page.context) is not frozen
        frozen.thaw()
        ide.terminal.press("b")
        ide.expect_output(" 2 b")
        assert ide.printed().count(" a") == 1
        assert ide.page.evaluate("window.marked") == "from before"
        assert seconds <= _BACK[balancer]
        ide.page.context.close()
