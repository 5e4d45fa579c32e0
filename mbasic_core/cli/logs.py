"""What a server writes to its log, on stderr."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

__all__ = ["start_logging"]


def start_logging(log_format: str) -> None:
    """Write what the application and its stores report, and others' warnings, to stderr as "text" or "json" lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        _JsonLines() if log_format == "json" else logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    handler.addFilter(lambda record: record.levelno >= logging.WARNING or record.name.startswith("mbasic_"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)
