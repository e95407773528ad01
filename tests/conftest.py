"""Settings of the whole test run: how many examples hypothesis tries, whether always the same ones; and signals."""

import signal

from hypothesis import HealthCheck, settings

# A plain run tries the same examples each time: what fails has a cause in what was changed.
settings.register_profile("default", deadline=None, derandomize=True, max_examples=12, database=None,
                          suppress_health_check=[HealthCheck.too_slow])
# pytest --hypothesis-profile=thorough: more of them; explore: new ones each time.
settings.register_profile("thorough", settings.get_profile("default"), max_examples=100)
settings.register_profile("explore", max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")


def pytest_configure():
    """Hear Ctrl-C, and let commands hear it: a shell lets what it starts in the background ignore it."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
