"""Names: roots are ordered by time, and one session's stay recognisable."""

from __future__ import annotations

import re
import time
import uuid

from mbasic_core.session import identifiers


def test_roots_are_uuids_of_version_7_and_all_different() -> None:
    roots = {identifiers.new_root() for _ in range(200)}
    assert len(roots) == 200
    for root in roots:
        assert re.fullmatch(identifiers.ROOT, root)
        assert uuid.UUID(root).version == 7
        assert str(uuid.UUID(root)) == root


def test_later_roots_are_greater() -> None:
    first = identifiers.new_root()
    time.sleep(0.002)
    second = identifiers.new_root()
    time.sleep(0.002)
    again = identifiers.redrawn(first)
    assert first < second < again


def test_a_redrawn_root_names_the_same_session() -> None:
    root = identifiers.new_root()
    assert identifiers.same_session(root, identifiers.redrawn(root))
    assert not identifiers.same_session(root, identifiers.new_root())


def test_owners_and_versions_are_new_each_time() -> None:
    assert identifiers.new_owner() != identifiers.new_owner()
    assert identifiers.new_version() != identifiers.new_version()
    assert re.fullmatch(identifiers.OWNER, identifiers.new_owner())


def test_a_stamp_is_ascii_and_sorts_by_time() -> None:
    one, two = identifiers.stamp(), identifiers.stamp()
    assert one <= two
    assert re.fullmatch(r"\d{8}T\d{6}\.\d{6}Z", one)


def test_logs_show_eight_characters() -> None:
    assert identifiers.short("0123456789") == "01234567"
