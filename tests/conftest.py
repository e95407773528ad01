"""Settings of the whole test run: hypothesis without a time limit for one example, and reproducible where CI is set."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("default", deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("default"), max_examples=50, derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "default")
