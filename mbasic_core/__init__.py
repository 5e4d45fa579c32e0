"""MBASIC 5.21 as a library: `Machine` runs BASIC without doing any input or output itself.

The command line is `mbasic_core.cli`, the web page `mbasic_core.web`, the contract for session stores
`mbasic_core.storage`, and the kit that tests stores and programs `mbasic_core.testing`.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as that of typing, which takes a while to import

if TYPE_CHECKING:
    from mbasic_core.errors import BasicError, ErrorCode
    from mbasic_core.machine import Machine

__all__ = ["BasicError", "ErrorCode", "Machine", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    # A store plugin imports this package on its way to mbasic_core.storage: it must not pay for the whole interpreter.
    # And the command imports it before it can be quiet about Ctrl-C.
    if name in ("BasicError", "ErrorCode"):
        from mbasic_core import errors

        return getattr(errors, name)
    if name == "Machine":
        from mbasic_core.machine import Machine

        return Machine
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
