"""URLs that make no sense, and servers that are not what the URL says."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from mbasic_core.storage import Rejected, StoreConfig, Unavailable
from mbasic_store_redis.clients import connect
from plugins.mbasic_store_redis.tests.redis_stores import make, said
from tests.servers import RedisServer


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1:notaport/0",
        "redis://127.0.0.1/0?no_such_option=1",
        "redis://127.0.0.1/0?socket_timeout=soon",
        "redis+sentinel://127.0.0.1:26379",
        "redis+sentinel:///mymaster",
        "redis+sentinel://127.0.0.1/mymaster/zero",
        "redis+cluster://127.0.0.1:7000/3",
        "redis+cluster://:secret@127.0.0.1:port",
    ],
)
def test_a_url_without_sense_is_rejected(url: str) -> None:
    with pytest.raises(Rejected, match="no URL") as refused:
        make(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("redis://:sesame@127.0.0.1:63x9/0", "63x9"),
        ("redis://:sesame@127.0.0.1/zero", "'zero' is no number"),
        ("redis://:sesame@127.0.0.1/0?sockettimeout=3", "sockettimeout"),
        ("redis:/127.0.0.1/0", "two slashes"),
        ("redis://:ses/ame@127.0.0.1:6379/0", "%2F"),
        ("redis+sentinel://:sesame@127.0.0.1", "names no service"),
        ("rediss://:sesame@127.0.0.1/0?ssl_ca_certs=/nowhere/ca.pem", ": ssl_ca_certs: [Errno 2] No such file"),
        (
            "redis+sentinel://:sesame@127.0.0.1/m?ssl=1&ssl_certfile=/nowhere/c",
            ": ssl_certfile: [Errno 2] No such file",
        ),
        ("rediss://:sesame@127.0.0.1/0?ssl_keyfile=/nowhere/key", "ssl_keyfile is of use with ssl_certfile only"),
        ("redis+sentinel://:sesame@127.0.0.1/main/zero", "'zero' is no number"),
        ("redis+sentinel://:sesame@127.0.0.1/main/0?sockettimeout=3", "sockettimeout"),
        ("redis+cluster://:sesame@127.0.0.1?sockettimeout=3", "sockettimeout"),
        ("redis+cluster://:sesame@127.0.0.1:7000,/", "a host is missing"),
        ("redis+cluster://:sesame@127.0.0.1/1", "database 0 only"),
        ("redis+unix://:sesame@", "names no socket"),
        ("redis+unix://127.0.0.1:6379/0?password=sesame", "names no socket"),
        ("redis+cluster://:sesame@127.0.0.1?db=2", "database 0 only"),
    ],
)
def test_what_is_wrong_in_a_url_is_named_and_its_password_is_not(url: str, part: str) -> None:
    with pytest.raises(Rejected) as refused:
        make(url)
    assert part in str(refused.value)
    assert "ses" not in str(refused.value)


@pytest.mark.parametrize("url", ["redis://:sesame@h/0", "redis+sentinel://:sesame@h/main", "redis+cluster://:sesame@h"])
@pytest.mark.parametrize("option", ["decode_responses", "read_from_replicas", "redis_connect_func", "retry"])
def test_an_option_that_would_break_what_is_promised_is_rejected(url: str, option: str) -> None:
    with pytest.raises(Rejected, match=f"{option} is no option here") as refused:  # redis-py takes a "false" for true
        make(f"{url}?{option}=false")
    assert "sesame" not in str(refused.value)


@pytest.mark.parametrize("url", ["redis+sentinel://127.0.0.1/main", "redis+unix:///run/redis.sock", "redis://h"])
def test_the_database_may_stand_in_the_query(url: str) -> None:
    client, _ = connect(StoreConfig(f"{url}?db=3", data_dir=Path("/nowhere")))
    assert client.connection_pool.connection_kwargs["db"] == 3


def test_a_lone_server_is_no_cluster(shared: RedisServer) -> None:
    url = shared.url.replace("redis:", "redis+cluster:")[:-2]
    assert said(url, Rejected).startswith("this server is no part of a cluster: its URL begins with redis: or rediss:")


def test_a_database_that_the_server_has_not_is_rejected_by_a_socket_too(own: RedisServer, socket: Path) -> None:
    for url in (f"{own.url[:-1]}20", f"redis+unix://{socket}?db=20"):
        assert "DB index is out of range" in said(url, Rejected)


def test_a_sentinel_is_no_server(tmp_path: Path) -> None:
    with RedisServer(tmp_path, mode="--sentinel") as sentinel:
        text = said(sentinel.url, Rejected)
    assert text.startswith("this server keeps no data: a Sentinel's URL begins with redis+sentinel:")


@pytest.mark.parametrize("kind", ["redis", "redis+sentinel", "redis+cluster"])
@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n"])
def test_something_else_than_redis_is_rejected(kind: str, answer: bytes) -> None:
    with _answering(answer) as port:
        text = said(f"{kind}://:sesame@127.0.0.1:{port}" + ("/main" if kind == "redis+sentinel" else ""), Rejected)
    assert text.endswith("; what listens there is no Redis")
    assert "sesame" not in text


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ("DENIED Redis is running in protected mode", Rejected, "Redis does not let us in, "),
        ("LOADING Redis is loading the dataset in memory", Unavailable, "Redis answers, but is not ready, "),
        ("CLUSTERDOWN The cluster is down", Unavailable, "Redis answers, but is not ready, "),
        ("MASTERDOWN Link with MASTER is down", Unavailable, "Redis answers, but is not ready, "),
        ("ERR max number of clients reached", Unavailable, "Redis answers, but is not ready, "),
        ("MISCONF Errors writing to the AOF file", Unavailable, "Redis answers, but takes no writes now, "),
        ("MOVED 13291 127.0.0.1:7001", Rejected, "this server is a part of a cluster: "),
    ],
)
def test_what_a_server_answers_tells_whether_to_wait(answer: str, kind: type[Exception], words: str) -> None:
    with _answering(f"-{answer}\r\n".encode()) as port:
        assert said(f"redis://127.0.0.1:{port}/0", kind).startswith(words)


@contextmanager
def _answering(answer: bytes) -> Iterator[int]:
    """Give a port at which whatever is asked gets `answer`."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):  # who asked may be gone
                while self.request.recv(65536):
                    self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()
