from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from moorings.core.errors import InputError, MooringsError
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


def _own(monkeypatch: pytest.MonkeyPatch, of: str, in_use: str) -> Path:
    """A record of one's own, made of one panel beside another one or the same."""
    polars = pytest.importorskip("polars")
    write_record(tiny(of), polars.DataFrame({"n": [1]}), job.own_folder())
    monkeypatch.setattr(job, "panel_status", lambda: SimpleNamespace(digest=in_use))
    monkeypatch.setattr(job, "run", lambda *_: pytest.fail("the back-test was run"))
    return job.own_folder()


@pytest.mark.parametrize(("of", "own"), [("def", True), ("xyz", False)])
def test_ones_own_record_stands_before_the_shipped_one_if_it_is_of_the_panel_in_use(
    shipped: Path, monkeypatch: pytest.MonkeyPatch, of: str, own: bool
) -> None:
    folder = _own(monkeypatch, of, "def")
    found = job.record_at_hand()
    assert found is not None
    assert found.folder == (folder if own else shipped)


@pytest.mark.parametrize("part", ["backtest.json", "backtest.parquet"])
def test_a_damaged_record_of_ones_own_gives_way(shipped: Path, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    (_own(monkeypatch, "def", "def") / part).write_text("{")
    found = job.record_at_hand()
    assert found is not None
    assert found.folder == shipped


@pytest.mark.parametrize("part", ["backtest.json", "backtest.parquet"])
def test_a_damaged_record_is_not_called_missing(shipped: Path, part: str) -> None:
    (shipped / part).write_text("{")
    with pytest.raises(MooringsError, match="run the back-test again"):
        job.record_at_hand()


def test_no_record_is_none(shipped: Path) -> None:
    (shipped / "backtest.json").unlink()
    assert job.record_at_hand() is None


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
