"""Which tests share a worker of pytest-xdist: those that stand on something that takes long to make.

Loaded with ``-p tests.workers`` (pyproject.toml), because the scheduler is made before any conftest is read.
All other tests are handed out one by one, in their order: those that empty the database come last.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER = frozenset(
    {
        "tests/demo/test_load_demo.py",  # the loaded demo
        "tests/test_query_plans.py",  # twenty thousand tickets
        "tests/ui/test_no_leaks.py",  # the world of the access table
    }
)


class ByWhatTheyStandOn(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """A file of TOGETHER goes to one worker as a whole."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in TOGETHER else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Hand tests out like this, in the order of the files."""
    config.option.loadscopereorder = False
    return ByWhatTheyStandOn(config, log)
