"""Wrong input: status 2, one line that says what is allowed, no answer, no file but compiled code."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from moorings.cli import run

WRONG = [
    ("ask east-asai 'noticeable_drift(JPN) in 2036'", "east-asia"),
    ("ask east-asia 'noticeable_drft(JPN) in 2036'", "noticeable_drift"),
    ("ask east-asia 'noticeable_drift(TWN) in 2036'", "not rated"),
    ("ask east-asia 'drift(JPN) > 1 in 2090'", "2036"),
    ("ask east-asia 'drift(JPN) > 1' --given 'drift(JPN) >'", "given 'drift(JPN) >', column 13"),
    ("ask east-asia xyz", "An event is written like this: noticeable_drift(JPN) in 2036"),
    ("ask east-asia ''", "found nothing; allowed: an event. An event is written like this"),
    (
        "ask east-asia 'noticeable_drift(XXX) in 2036'",
        "allowed: JPN, KOR, PHL, AUS, THA, NZL, any. An event is written",
    ),
    ("ask east-asia 'foo(KOR) > 1'", "An event is written like this"),
    ("signposts east-asia --about 'drift(KOR'", "column"),
    ("check nothing.yaml", "nothing.yaml"),
    ("check broken.yaml", "broken.yaml"),
    (
        "check us-allies-drift us-alliances",
        "moorings check: found more than it takes, 'us-alliances'; allowed: THESIS, --system",
    ),
    ("ledger list 7", "moorings ledger list: found more than it takes, '7'; allowed: --json"),
    ("ledger add east-asia 'nonsense'", "column"),
    ("ledger resolve --data nothing.csv", "nothing.csv"),
    ("cite east-asia JPN burdn 2024", "burden"),
    ("cite east-asia XXX burden 2024", "JPN"),
    ("cite east-asia JPN burden soon", "soon"),
    ("data build --from nowhere", "nowhere"),
    ("systems new east-asia-folder --name 'Not a name'", "Not a name"),
    ("forecast east-asai", "east-asia"),
    ("forecast broken", "system.yaml"),
    ("forecast east-asia --members 0", "members"),
    ("forecast east-asia --members many", "many"),
    ("forecast east-asia --from 1800", "1800"),
    ("forecast east-asia --to 2020", "2020"),
    ("forecast east-asia --set 'trops(KOR)=-50%'", "troops"),
    ("forecast east-asia --set 'troops(XXX)=-50%'", "KOR"),
    ("forecast east-asia --set 'troops(KOR)=-50%@1900'", "1900"),
    ("forecast east-asia --set 'troops(KOR)'", "NAME=VALUE"),
    ("forecast east-asia --given 'drift(ZZZ) > 1'", "ZZZ"),
    ("forecast east-asia --belief nothing.yaml", "nothing.yaml"),
    ("measure east-asai", "east-asia"),
    ("measure east-asia --from 2020 --to 2010", "2010"),
    ("levers east-asai", "east-asia"),
    ("fit --to 1900", "1900"),
]


@pytest.mark.parametrize(("line", "told"), WRONG)
def test_wrong_input_is_refused(
    line: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = shlex.split(line)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOORINGS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MOORINGS_DATA_DIR", raising=False)
    (tmp_path / "broken.yaml").write_text("claims: [\n")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "system.yaml").write_text("name: [broken\n")
    assert run(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert told in printed.err
    assert "Traceback" not in printed.err
    kept = {"compiled", "coupling"}
    written = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if not kept & set(p.parts)}
    assert written <= {"broken", "broken.yaml", "broken/system.yaml", "home"}
