"""Pages through the balancers that are shipped, each of which must come usable at the first load."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from mbasic_core.cli.cluster.balancer import BALANCERS, Balancer
from tests.cluster.harness import Cluster
from tests.e2e.harness import Ide

pytestmark = pytest.mark.timeout(300)  # many processes, each of which takes seconds to start

_LOADS = 30
_COLD = 3  # of them are a process's first
_ANYWHERE = 10  # where no request goes to the process of the one before


@pytest.fixture(params=BALANCERS)
def balancer(request: pytest.FixtureRequest) -> Balancer:
    """Each of those that are shipped."""
    kind: Balancer = request.param
    return kind


@pytest.fixture
def round_robin(tmp_path: Path, balancer: Balancer) -> Iterator[Cluster]:
    """A cluster whose balancer knows no affinity."""
    with Cluster(tmp_path, balancer=balancer, affinity=False) as cluster:
        yield cluster


def load(browser: Browser, url: str) -> int:
    """Load the page in a browser of its own, use it, and return how often it was loaded."""
    context = browser.new_context()
    page = context.new_page()
    ide, loads = Ide(page), []
    page.on("load", lambda _: loads.append(page.url))
    page.goto(url)
    expect(ide.program).to_be_visible(timeout=15_000)
    ide.start('10 PRINT "USABLE"')
    ide.expect_output("USABLE")
    assert ide.problems == []
    context.close()
    return len(loads)


def test_every_page_is_usable_at_its_first_load_also_in_a_cold_process(
    browser: Browser, tmp_path: Path, balancer: Balancer
) -> None:
    with Cluster(tmp_path, balancer=balancer) as cluster:
        loads = [load(browser, cluster.url) for _ in range(_LOADS - _COLD)]
        for _, node in zip(range(_COLD), itertools.cycle(cluster.nodes), strict=False):
            others = [other for other in cluster.nodes if other is not node]
            node.stop()
            node.start()
            for other in others:
                other.stop()
            cluster.balancer.wait_for_page()
            loads.append(load(browser, cluster.url))
            for other in others:
                other.start()
    assert loads == [1] * _LOADS


def test_without_affinity_every_page_is_usable_too(browser: Browser, round_robin: Cluster) -> None:
    loads = [load(browser, round_robin.url) for _ in range(_ANYWHERE)]
    while not any("a page of another process goes on here" in node.log for node in round_robin.nodes):
        assert len(loads) < _LOADS, "page and socket always met by chance: nothing was tried"
        loads.append(load(browser, round_robin.url))
    assert loads == [1] * len(loads)
