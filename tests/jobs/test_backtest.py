from __future__ import annotations

from pathlib import Path

import pytest

from moorings.core.errors import InputError
from moorings.jobs import backtest as job
from moorings.score.record import Record, write_record


def tiny(panel: str) -> Record:
    row = {"outcome": "burden", "horizon": 1, "skill": 0.1}
    return Record((1970,), (1, 5), (row, {**row, "horizon": 5}), (), (), (), {"data": {"panel": panel}}, ("made up",))


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    polars = pytest.importorskip("polars")
    monkeypatch.setenv("MOORINGS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MOORINGS_DATA_DIR", raising=False)
    folder = tmp_path / "shipped"
    write_record(tiny("abc"), polars.DataFrame({"n": [1]}), folder)
    monkeypatch.setattr(job, "shipped_folder", lambda: folder)
    return folder


def test_without_a_panel_the_shipped_record_answers(shipped: Path) -> None:
    answer = job.backtest(["burden"], [5])
    assert answer.folder == shipped
    assert [row["horizon"] for row in answer.to_json()["rows"]] == [5]
    assert answer.to_json()["schema"] == "moorings.backtest/1"


def test_unknown_outcomes_and_horizons_name_what_is_allowed(shipped: Path) -> None:
    with pytest.raises(InputError, match="Did you mean 'burden'"):
        job.backtest(["burdn"])
    with pytest.raises(InputError, match="1, 5"):
        job.backtest([], [4])


def test_without_a_panel_or_a_record_the_error_says_what_to_do(shipped: Path) -> None:
    (shipped / "backtest.json").unlink()
    with pytest.raises(InputError, match="data build"):
        job.backtest()


def test_a_record_made_anew_tells_how_far_it_agrees_with_the_shipped_one() -> None:
    def scored(*scores: float | None) -> Record:
        rows = tuple(
            {"outcome": "burden", "horizon": h, "score": "crps", "variant": "law", "model": score}
            for h, score in enumerate(scores)
        )
        return Record((1970,), (1,), rows, (), (), (), {}, ())

    told = job.agreement(scored(1.0, 2.2, None, 5.0), scored(1.0, 2.0, 3.0))
    assert told.startswith("2 scores")
    assert "0.1 of the score" in told
