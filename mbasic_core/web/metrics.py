"""What /metrics tells, in the text format of Prometheus."""

from __future__ import annotations

import time
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client import generate_latest as written
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from mbasic_core import __version__
from mbasic_core.session import Session
from mbasic_core.session.identifiers import short
from mbasic_core.session.observer import Observer
from mbasic_core.storage import StoreError

__all__ = ["Metrics", "Sights", "add_metrics"]

_CALL = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0)
_TURN = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
_SIZE = (1_024, 4_096, 16_384, 65_536, 131_072, 262_144, 1_048_576, 4_194_304)


class Metrics(Observer):
    """Counts and measures; given to the parts that have something to tell.

    Every session that `sessions()` has is looked at when somebody asks, nothing is kept of those that are gone.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._saved: dict[str, float] = {}
        self._calls = Histogram(
            "mbasic_store_seconds", "Calls of the store.", ["operation"], buckets=_CALL, registry=self.registry
        )
        self._errors = Counter(
            "mbasic_store_errors",
            "Calls of the store that raised; a Conflict is what takeovers are made of.",
            ["operation", "error"],
            registry=self.registry,
        )
        self._sizes = Histogram(
            "mbasic_checkpoint_bytes", "Records as they were saved.", buckets=_SIZE, registry=self.registry
        )
        self._turns = Histogram(
            "mbasic_slice_seconds",
            "Turns of programs, in which nobody else is served.",
            buckets=_TURN,
            registry=self.registry,
        )
        self._owners = Counter(
            "mbasic_owner_changes", "Sessions that this process began or ceased to own.", ["to"], registry=self.registry
        )
        for here in ("here", "elsewhere"):
            self._owners.labels(here)

    def turn(self, seconds: float) -> None:
        """As Observer has it."""
        self._turns.observe(seconds)

    def owned(self, owned: bool) -> None:
        """As Observer has it."""
        self._owners.labels("here" if owned else "elsewhere").inc()

    def saved(self, id: str, size: int) -> None:
        """A record was accepted by the store."""
        self._sizes.observe(size)
        if "/" not in id:
            self._saved[id] = time.monotonic()

    @contextmanager
    def call(self, operation: str) -> Iterator[None]:
        """Measure one call of the store, and note what it raises."""
        begun = time.perf_counter()
        try:
            yield
        except (StoreError, TimeoutError) as problem:
            self._errors.labels(operation, type(problem).__name__).inc()
            raise
        finally:
            self._calls.labels(operation).observe(time.perf_counter() - begun)

    def age(self, sessions: Mapping[str, Session]) -> float:
        """Seconds since the last checkpoint of the running program whose checkpoint is oldest; 0 when none runs."""
        now = time.monotonic()
        self._saved = {id: at for id, at in self._saved.items() if id in sessions}
        running = (id for id, session in sessions.items() if session.owned and session.phase == "running")
        return max((now - self._saved[id] for id in running if id in self._saved), default=0.0)


class Sights(Collector):
    """What is looked at when somebody asks: the sessions, the pages, and how the server is."""

    def __init__(
        self,
        metrics: Metrics,
        *,
        owner: str,
        sessions: Mapping[str, Session],
        pages: Callable[[], int],
        resurrected: Callable[[], int],
        ready: Callable[[], bool],
    ) -> None:
        self._metrics = metrics
        self._owner = owner
        self._sessions = sessions
        self._pages = pages
        self._resurrected = resurrected
        self._ready = ready
        metrics.registry.register(self)

    def collect(self) -> Iterable[Metric]:
        """As prometheus-client asks for it."""
        yield InfoMetricFamily("mbasic", "This server.", {"version": __version__, "owner": short(self._owner)})
        yield GaugeMetricFamily("mbasic_ready", "Whether visitors may be sent here.", value=int(self._ready()))
        sessions = GaugeMetricFamily("mbasic_sessions", "Sessions in memory.", labels=["phase", "owner"])
        tally = Tally((session.phase, "here" if session.owned else "elsewhere") for session in self._live())
        for labels, number in sorted(tally.items()):
            sessions.add_metric(list(labels), number)
        yield sessions
        unsaved = GaugeMetricFamily("mbasic_sessions_unsaved", "Sessions that are not saved yet.", labels=["state"])
        states = Tally(session.saved for session in self._live() if session.owned)
        for state in ("saving", "not saved"):
            unsaved.add_metric([state], states[state])
        yield unsaved
        age = self._metrics.age(self._sessions)
        yield GaugeMetricFamily("mbasic_checkpoint_age_seconds", "The oldest checkpoint of a running program.", age)
        yield GaugeMetricFamily("mbasic_pages", "Pages that are connected.", self._pages())
        yield CounterMetricFamily(
            "mbasic_pages_resurrected", "Pages of other processes that went on here.", self._resurrected()
        )

    def describe(self) -> Iterable[Metric]:
        """Nothing: what is there is only known when it is looked at."""
        return ()

    def _live(self) -> Iterable[Session]:
        return self._sessions.values()


def add_metrics(app: FastAPI, metrics: Metrics) -> None:
    """Add /metrics, for whoever asks this process itself: what comes through a balancer finds no such page."""

    async def tell(request: Request) -> Response:
        if "x-forwarded-for" in request.headers:
            raise HTTPException(404)
        return Response(written(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    app.add_api_route("/metrics", tell, methods=["GET"])
