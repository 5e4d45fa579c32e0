"""How random tests look for trouble: repeatable and short by default, long in `nox -s soak`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A shared machine may stop any example for a while: no deadline for one, pytest-timeout watches over the test.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile(
    "soak", deadline=None, max_examples=20_000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
