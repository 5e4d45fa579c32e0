"""The files of a session as its page shows them."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import FilePayload, Locator

from tests.e2e.harness import Ide

__all__ = ["Disk"]


class Disk:
    """The pane with the files, by the names that everybody may rely on."""

    def __init__(self, ide: Ide) -> None:
        self.ide = ide
        self.page = ide.page
        self.page.get_by_role("button", name="Files", exact=True).click()
        self.pane = self.page.get_by_role("tabpanel", name="Files")
        self.said = self.pane.get_by_role("status", name="Disk")
        self.problem = self.pane.get_by_role("alert")

    def upload(self, *files: tuple[str, bytes]) -> None:
        """Choose files in the browser's dialog."""
        with self.page.expect_file_chooser() as chooser:
            self.pane.get_by_role("button", name="Upload…").click()
        payloads: list[FilePayload] = [
            {"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files
        ]
        chooser.value.set_files(payloads)

    def download(self, name: str) -> bytes:
        """What the browser saves."""
        with self.page.expect_download() as download:
            self.button(f"Download {name}").click()
        assert download.value.suggested_filename == name
        return Path(download.value.path()).read_bytes()

    def button(self, name: str) -> Locator:
        return self.pane.get_by_role("button", name=name, exact=True)

    def row(self, name: str) -> Locator:
        return self.pane.locator(f'tr[data-file="{name}"]')

    @property
    def names(self) -> list[str]:
        return self.pane.locator("tbody tr td:first-child").all_text_contents()
