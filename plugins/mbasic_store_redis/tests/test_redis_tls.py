"""The Redis store over TLS: the server here speaks it through a small proxy, so that any Redis will do."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from mbasic_core.storage import Record, Rejected, StoreConfig, StoreError
from mbasic_store_redis import RedisStore
from tests.servers import RedisServer, free_port, has_tls


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
            with pytest.raises(StoreError, match="another certificate of ours, ssl_certfile and ssl_keyfile"):
                await make(port, ca).open()
            store = make(port, f"{ca}&ssl_certfile={certificate}&ssl_keyfile={certificate}")
            await store.open()
            await store.ping()
            await store.close()

    with RedisServer(tmp_path) as server:
        asyncio.run(story(server))


@pytest.mark.parametrize(
    "kind", ["rediss://{}/0?", "redis+sentinel://{}/main?ssl=true&", "redis+cluster://{}?ssl=true&"]
)
@pytest.mark.parametrize(
    ("query", "option"),
    [
        ("ssl_ca_certs={}.none", "ssl_ca_certs: [Errno 2] No such file"),
        ("ssl_ca_certs={}.key", "ssl_ca_certs: [X509: NO_CERTIFICATE_OR_CRL_FOUND]"),
        ("ssl_ca_certs=/dev/null", "ssl_ca_certs: [X509: NO_CERTIFICATE_OR_CRL_FOUND]"),
        ("ssl_ca_data=none", "ssl_ca_data: "),
        ("ssl_ciphers=bogus", "ssl_ciphers: "),
        ("ssl_certfile={}.key&ssl_keyfile={}.key", "ssl_certfile: [X509: NO_CERTIFICATE_OR_CRL_FOUND]"),
        ("ssl_certfile={}.crt&ssl_keyfile={}.other", "ssl_keyfile: no key of ssl_certfile"),
        ("ssl_certfile={}.crt&ssl_keyfile={}.crt", "ssl_keyfile: no key of ssl_certfile"),
        ("ssl_certfile={}.crt", "ssl_keyfile: no key of ssl_certfile"),
        ("ssl_certfile={}.crt&ssl_keyfile={}.locked", "ssl_keyfile: no key of ssl_certfile, or ssl_password is not"),
        ("ssl_certfile={}.crt&ssl_keyfile={}.locked&ssl_password=wr0ng", "or ssl_password is not its password"),
        ("ssl_keyfile={}.key", "ssl_keyfile is of use with ssl_certfile only"),
    ],
)
def test_a_file_that_cannot_be_what_it_is_for_is_rejected_by_its_option_before_any_server_is_asked(
    certificate: Path, capfd: pytest.CaptureFixture[str], kind: str, query: str, option: str
) -> None:
    url = kind.format(":sesame@127.0.0.1:1") + query.format(certificate, certificate)
    with pytest.raises(Rejected, match="is no URL that Redis can be reached by") as refused:
        RedisStore(StoreConfig(url, data_dir=Path("/nowhere")))
    text = str(refused.value)
    assert option in text
    assert "\n" not in text
    assert not any(secret in text for secret in ("sesame@", "wr0ng"))
    assert capfd.readouterr().err == ""  # OpenSSL asks for no password at the terminal


def test_a_server_for_another_host_is_refused(tmp_path: Path, certificate: Path) -> None:
    """Old releases of redis-py do not look at the name by themselves."""

    async def story(server: RedisServer) -> None:
        async with tls_before(server, certificate) as port:
            url = f"rediss://localhost:{port}/0?ssl_ca_certs={certificate}.crt"
            with pytest.raises(Rejected, match="certificate verify failed: Hostname mismatch"):
                await RedisStore(StoreConfig(url, data_dir=Path("/nowhere"))).open()
            for option in ("ssl_check_hostname=no", "ssl_cert_reqs=none"):
                store = RedisStore(StoreConfig(f"{url}&{option}", data_dir=Path("/nowhere")))
                await store.open()
                await store.ping()
                await store.close()

    with RedisServer(tmp_path) as server:
        asyncio.run(story(server))


def test_tls_to_a_port_without_it_and_the_other_way_name_what_to_change(tmp_path: Path, certificate: Path) -> None:
    async def story(server: RedisServer) -> None:
        async with tls_before(server, certificate) as port:
            for url, how in (
                (f"redis://127.0.0.1:{port}/0", "this port speaks TLS: the URL begins with rediss:"),
                (f"redis+cluster://127.0.0.1:{port}", "this port speaks TLS: its query has ssl=true"),
                (f"redis+sentinel://127.0.0.1:{port}/main", "this port speaks TLS: its query has ssl=true"),
                (f"rediss://127.0.0.1:{server.port}/0", "this port speaks no TLS: the URL begins with redis:"),
                (
                    f"redis+cluster://127.0.0.1:{server.port}?ssl=true",
                    "this port speaks no TLS: its query has ssl=false",
                ),
                (
                    f"redis+sentinel://127.0.0.1:{server.port}/main?ssl=1",
                    "this port speaks no TLS: its query has ssl=false",
                ),
            ):
                with pytest.raises(Rejected) as refused:
                    await RedisStore(StoreConfig(url, timeout=1.0, data_dir=Path("/nowhere"))).open()
                assert str(refused.value).endswith(how), url

    with RedisServer(tmp_path) as server:
        asyncio.run(story(server))


@pytest.mark.skipif(not has_tls(), reason="this redis-server was built without TLS")
def test_sentinels_and_their_master_speak_tls_with_the_same_files(tmp_path: Path, certificate: Path) -> None:
    options = {"tls-cert-file": f"{certificate}.crt", "tls-key-file": f"{certificate}.key", "tls-auth-clients": "yes"}
    options |= {"tls-ca-cert-file": f"{certificate}.crt", "tls-port": str(free_port())}
    watch = {"sentinel monitor": f"main 127.0.0.1 {options['tls-port']} 1"}
    watching = options | {"tls-port": str(free_port()), "tls-replication": "yes"} | watch
    ours = f"ssl=true&ssl_ca_certs={certificate}.crt&ssl_certfile={certificate}.crt&ssl_keyfile={certificate}.key"

    async def story() -> Record | None:
        url = f"redis+sentinel://127.0.0.1:{watching['tls-port']}/main/0?"
        with pytest.raises(StoreError, match=r"Sentinel does not answer.*another certificate of ours"):
            await RedisStore(StoreConfig(f"{url}{ours.partition('&ssl_certfile')[0]}", data_dir=tmp_path)).open()
        store = RedisStore(StoreConfig(url + ours, data_dir=tmp_path))
        await store.open()
        await store.save("s", b"sealed", version="1", expected=None, ttl=60)
        record = await store.load("s")
        await store.close()
        return record

    sentinel = RedisServer(tmp_path / "sentinel", options=watching, mode="--sentinel")
    with RedisServer(tmp_path / "master", options=options), sentinel:
        assert asyncio.run(story()) == Record(b"sealed", "1")
