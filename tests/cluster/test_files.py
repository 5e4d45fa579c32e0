"""Files behind a balancer without affinity whose processes are killed: they are there, and for nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.cluster.harness import Cluster
from tests.e2e.disk import Disk
from tests.e2e.harness import visit

pytestmark = pytest.mark.timeout(300)  # many processes, each of which takes seconds to start
LARGE = bytes(number * number % 251 for number in range(400_000))


def test_files_outlive_the_process_that_took_them(browser: Browser, tmp_path: Path) -> None:
    with Cluster(tmp_path, affinity=False) as cluster:
        ide = visit(browser, cluster)
        disk = Disk(ide)
        ide.start('10 INPUT A\n20 OPEN "I",1,"LARGE.DAT": PRINT "BYTE";ASC(INPUT$(1,1))')
        ide.expect_phase("waiting for INPUT")
        for name in ("LARGE.DAT", "SECOND.DAT"):
            disk.upload((name, LARGE))
            expect(disk.row(name)).to_contain_text("400,000", timeout=20_000)
            ide.expect_saved()
            owner = cluster.owner_of(ide.page.context)
            owner.kill()
            expect(ide.session).to_contain_text("reconnecting", timeout=20_000)
            expect(ide.session).to_contain_text("live", timeout=20_000)
            owner.start()
        assert disk.names == ["LARGE.DAT", "SECOND.DAT"]
        assert disk.download("LARGE.DAT") == LARGE
        ide.answer("1")
        ide.expect_output("BYTE 0")
        stranger = Disk(visit(browser, cluster))
        expect(stranger.pane).to_contain_text("Nothing on the disk yet.")
        assert stranger.names == []
        assert ide.problems == []
        ide.page.context.close()
