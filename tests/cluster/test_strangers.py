"""Two browsers on one cluster have nothing of each other, whatever one of them sends."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.cluster.harness import Cluster, aside
from tests.cluster.visitor import Visitor
from tests.e2e.harness import visit

pytestmark = pytest.mark.timeout(300)  # many processes, each of which takes seconds to start


def test_two_browsers_have_a_session_each(browser: Browser, tmp_path: Path) -> None:
    with Cluster(tmp_path) as cluster:
        one, two = visit(browser, cluster), visit(browser, cluster)
        one.start('10 PRINT "OF ONE"')
        two.start('10 PRINT "OF TWO"')
        one.expect_output("OF ONE")
        two.expect_output("OF TWO")
        assert cluster.session(one.page.context) != cluster.session(two.page.context)
        for node in cluster.nodes:  # also in the process that did not serve it
            again = visit(one.page.context, node)
            again.expect_output("OF ONE")
            assert "TWO" not in again.printed() + again.text()
        one.page.context.close()
        two.page.context.close()


@pytest.mark.parametrize("stolen", ["page", "tab", "root"])
def test_what_belongs_to_another_browser_is_of_no_use(tmp_path: Path, stolen: str) -> None:
    async def story(cluster: Cluster) -> None:
        async with Visitor(cluster.url) as victim, Visitor(cluster.url) as thief:
            await victim.until(lambda: victim.live and thief.live)
            victim.write('10 PRINT "SECRET"')
            victim.send("run")
            thief.write("10 REM")
            await victim.until(lambda: victim.settled and "SECRET" in victim.output and thief.settled)
            loads = thief.loads
            if stolen == "page":  # its client id and proof, with the thief's own cookie
                thief._page = victim._page
            elif stolen == "tab":
                thief._tab, thief._journal = victim._tab, []
            else:
                thief.root, thief.life = victim.root, victim.life
            thief.move()
            await thief.until(lambda: not thief.live)
            await thief.until(lambda: thief.live)
            assert (thief.loads > loads) == (stolen == "page")
            assert "SECRET" not in thief.output
            assert (thief.problems != []) == (stolen == "root")
            thief.write('10 PRINT "THEFT"')
            thief.send("run")
            await thief.until(lambda: thief.live and "THEFT" in thief.output)
            assert "THEFT" not in await victim.whole()
            assert thief.session != victim.session

    with Cluster(tmp_path) as cluster:
        aside(lambda: story(cluster))
