"""What a server writes to its log, on stderr."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

__all__ = ["start_logging"]

_SESSION = re.compile(r"session (\S{1,8}):")


def start_logging(log_format: str) -> None:
    """Write what the application and its stores report, and others' warnings, to stderr as "text" or "json" lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        _JsonLines() if log_format == "json" else logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    handler.addFilter(lambda record: record.levelno >= logging.WARNING or record.name.startswith("mbasic_"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


class _JsonLines(logging.Formatter):
    """One object a line; messages that begin with `session <short id>:` have it as a field too."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "pid": record.process,
            "message": record.getMessage(),
        }
        if about := _SESSION.match(record.getMessage()):
            line["session"] = about[1]
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)
