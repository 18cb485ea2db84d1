"""Filters that take long, for tests of work that is stopped. A worker process imports them by name."""

import time

from service.domain.work import check_work


def never(finding):
    """Computes until its process is killed."""
    while True:
        pass


def until_stopped(finding=None):
    """Computes until the current work has to end."""
    while True:
        check_work()


def briefly(finding):
    """Takes half a second, and passes."""
    time.sleep(0.5)
    return True
