"""The Redis store over TLS: the server here speaks it through a small proxy, so that any Redis will do."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from mbasic_core.storage import Record, Rejected, StoreConfig, Unavailable
from mbasic_store_redis import RedisStore
from tests.servers import RedisServer


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, with its key in the same file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(file), "-out", f"{file}.crt"]
    subprocess.run(command, check=True, capture_output=True)
    file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
    return file


@asynccontextmanager
async def tls_before(server: RedisServer, certificate: Path, *, strict: bool = False) -> AsyncIterator[int]:
    """Give the port of a proxy that takes TLS off, and passes everything on to `server`; strict: it wants ours too."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    if strict:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(f"{certificate}.crt")
    writers: list[asyncio.StreamWriter] = []

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(*server.address)
        writers.extend([writer, inner_writer])
        await asyncio.gather(pump(reader, inner_writer), pump(inner_reader, writer))

    proxy = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield proxy.sockets[0].getsockname()[1]
    finally:
        proxy.close()
        for writer in writers:
            writer.close()
        await asyncio.sleep(0.05)  # connections end


def make(port: int, query: str) -> RedisStore:
    return RedisStore(StoreConfig(f"rediss://127.0.0.1:{port}/0{query}", timeout=2.0, data_dir=Path("/nowhere")))


def test_records_travel_over_tls(tmp_path: Path, certificate: Path) -> None:
    async def story(server: RedisServer) -> None:
        async with tls_before(server, certificate) as port:
            store = make(port, f"?ssl_ca_certs={certificate}.crt")
            await store.open()
            data = bytes(range(256)) * 4000
            await store.save("s", data, version="1", expected=None, ttl=60)
            assert await store.load("s") == Record(data, "1")
            await store.close()

    with RedisServer(tmp_path) as server:
        asyncio.run(story(server))


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path, certificate: Path) -> None:
    async def story(server: RedisServer) -> None:
        async with tls_before(server, certificate) as port:
            with pytest.raises(Rejected, match="certificate verify failed"):
                await make(port, "").open()

    with RedisServer(tmp_path) as server:
        asyncio.run(story(server))


def test_a_certificate_of_ours_is_shown_to_a_server_that_wants_one_and_named_when_it_lacks(
    tmp_path: Path, certificate: Path
) -> None:
    async def story(server: RedisServer) -> None:
        async with tls_before(server, certificate, strict=True) as port:
            ca = f"?ssl_ca_certs={certificate}.crt"
            with pytest.raises(Unavailable, match="another certificate of ours, ssl_certfile and ssl_keyfile"):
                await make(port, ca).open()
            store = make(port, f"{ca}&ssl_certfile={certificate}&ssl_keyfile={certificate}")
            await store.open()
            await store.ping()
            await store.close()

    with RedisServer(tmp_path) as server:
        asyncio.run(story(server))
