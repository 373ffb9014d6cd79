"""Exit statuses, what goes to which stream, and what is loaded when."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from moorings.cli import run
from moorings.cli.commands import COMMANDS
from moorings.core.errors import InputError, MooringsError

from .conftest import Answer, Stand


def raising(error: BaseException) -> Any:
    def job(*_: object, **__: object) -> None:
        raise error

    return job


def test_help_loads_nothing_heavy() -> None:
    heavy = ("altair", "duckdb", "jax", "numpy", "numpyro", "pandas", "polars", "scipy")
    code = f"import sys; from moorings.cli import run; run(['--help']); print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(command.words.split()[0] in shown for command in COMMANDS)


@pytest.mark.parametrize("command", [command.words for command in COMMANDS])
def test_each_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command.split(), "--help"]) == 0
    assert f"moorings {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["forecst", "east-asia"], "forecst"),
        (["measure"], "SYSTEM"),
        (["measure", "east-asia", "--frm", "2020"], "--from"),
        (["measure", "east-asia", "--from", "soon"], "soon"),
        (["measure", "east-asia", "extra"], "extra"),
    ],
)
def test_what_the_parser_rejects_is_wrong_input(
    arguments: list[str], told: str, stand_in: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in("measure", raising(AssertionError("the job must not be called")))
    assert run(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert told in printed.err
    assert len(printed.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (InputError("SYSTEM", "'east-asai'", "east-asia", "Did you mean 'east-asia'?"), 2, "Did you mean 'east-asia'?"),
        (MooringsError("the panel cannot be read"), 3, "the panel cannot be read"),
        (ZeroDivisionError("division by zero"), 3, "ZeroDivisionError: division by zero"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_failure_is_one_line_and_a_status(
    error: BaseException, status: int, told: str, form: list[str], stand_in: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in("measure", raising(error))
    assert run(["measure", "east-asia", *form]) == status
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"moorings: {printed.err[10:]}"
    assert told in printed.err
    assert len(printed.err.splitlines()) == 1


def test_debug_shows_the_traceback(
    stand_in: Stand, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MOORINGS_DEBUG", "1")
    stand_in("measure", raising(ZeroDivisionError("division by zero")))
    assert run(["measure", "east-asia"]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_json_is_all_that_standard_output_holds(
    stand_in: Stand, measured: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    def chatty(system: str, start: int | None, end: int | None) -> Answer:
        print("a line that a library prints")
        return Answer(measured)

    stand_in("measure", chatty)
    assert run(["measure", "east-asia", "--json"]) == 0
    printed = capsys.readouterr()
    row = json.loads(printed.out, parse_constant=pytest.fail)["rows"][0]
    assert row["mean"] == 0.1 + 0.2
    assert row["q05"] is None
    assert "a line that a library prints" in printed.err


def test_a_warning_is_one_line(stand_in: Stand, measured: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    def doubtful(*_: object) -> Answer:
        warnings.warn("the data are not those of the posterior", stacklevel=2)
        return Answer(measured)

    stand_in("measure", doubtful)
    assert run(["measure", "east-asia", "--json"]) == 0
    assert capsys.readouterr().err == "warning: the data are not those of the posterior\n"


def test_years_reach_the_job(stand_in: Stand, measured: dict[str, Any]) -> None:
    seen: list[object] = []

    def job(*arguments: object) -> Answer:
        seen.extend(arguments)
        return Answer(measured)

    stand_in("measure", job)
    assert run(["measure", "east-asia", "--from", "2015", "--to", "2020", "--quiet"]) == 0
    assert seen == ["east-asia", 2015, 2020]


def test_a_pipe_gets_no_colours(stand_in: Stand, measured: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    stand_in("measure", lambda *_: Answer(measured))
    assert run(["measure", "east-asia"]) == 0
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "Japan" in shown


MAIN = [sys.executable, "-c", "from moorings.cli import main; main()"]


@pytest.mark.parametrize("words", [["systems", "list", "--json"], ["systems", "list"], ["--help"], ["--version"]])
def test_a_reader_that_leaves_is_no_error(words: list[str]) -> None:
    writer = subprocess.Popen([*MAIN, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    writer.stdout.close()
    assert writer.wait() == 0
    assert writer.stderr is not None
    assert writer.stderr.read() == ""
    writer.stderr.close()


@pytest.mark.parametrize(("words", "status"), [(["data", "build", "--from", "nowhere"], 2), (["systems", "list"], 0)])
def test_where_nobody_reads_notes_either_the_status_stays(words: list[str], status: int) -> None:
    writer = subprocess.Popen([*MAIN, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert writer.stdout is not None
    writer.stdout.close()
    assert writer.wait() == status


def test_work_goes_on_where_nobody_reads_its_notes(tmp_path: Path) -> None:
    code = f"from moorings.cli.output import note; note(1); note(2); open({str(tmp_path / 'done')!r}, 'w')"
    writer = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE)
    assert writer.stderr is not None
    writer.stderr.close()
    assert (writer.wait(), (tmp_path / "done").exists()) == (0, True)


def test_a_thread_that_computes_does_not_keep_the_program() -> None:
    code = (
        "import sys, threading, time; from moorings import cli; "
        "threading.Thread(target=time.sleep, args=[60]).start(); "
        "sys.argv[1:] = ['systems', 'list', '--json']; cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, json.loads(done.stdout)["schema"]) == (0, "moorings.systems/1")


def test_version_names_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    import moorings

    assert run(["--version"]) == 0
    assert moorings.__version__ in capsys.readouterr().out


def test_a_system_of_the_panel_is_not_served_and_the_reason_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("fastapi", reason="the web extra is not installed")
    assert run(["serve", "us-alliances"]) == 2
    assert "us-alliances is built from the panel and has no tables to serve" in capsys.readouterr().err
