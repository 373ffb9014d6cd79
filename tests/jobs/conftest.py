"""The shipped system, opened and simulated once for all tests of jobs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from moorings.jobs.compare import Compared, compare
from moorings.jobs.forecast import Forecast, forecast
from moorings.jobs.opening import Opened, open_system

MEMBERS = 200


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A `MOORINGS_HOME` of its own, in which only the shipped posterior is found."""
    home = tmp_path_factory.mktemp("shipped")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOORINGS_HOME", str(home))
        yield home


@pytest.fixture(scope="session")
def opened(place: Path) -> Opened:
    return open_system("east-asia")


@pytest.fixture(scope="session")
def baseline(opened: Opened) -> Forecast:
    return forecast("east-asia", members=MEMBERS)


@pytest.fixture(scope="session")
def halved(opened: Opened) -> Compared:
    """Half of the troops in South Korea, against the baseline."""
    return compare("east-asia", {"troops(KOR)": "-50%"}, members=MEMBERS)
