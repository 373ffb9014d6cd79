"""A small system of its own, written anew for each test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

DESCRIPTION = """\
name: small
title: A small system
patron: USA
allies: [JPN, KOR]
adversaries: [CHN]
partners: [IND]
not_rated:
  KOR: for the sake of the test
from: 2020
to: 2030
headline:
  - name: drift
    title: Does Japan drift?
    event: noticeable_drift(JPN) in 2030
assumptions:
  - {name: region_share, mean: 0.3, sd: 0.1, unit: share, reason: for the sake of the test}
"""
STATE_YEAR = """\
state,other,year,variable,value,unit,source,confidence,note
JPN,,2019,burden,0.01,share of GDP,a source,high,
JPN,,2020,burden,0.011,share of GDP,a source,medium,estimate
"""
PAIR_YEAR = """\
state,other,year,until,variable,value,unit,source,confidence,note
CHN,JPN,2018,2020,rivalry,1,0/1,a source,high,
JPN,USA,2020,,troops,50000,persons,a source,high,
"""
AGREEMENTS = """\
id,kind,members,signed,in_force,ended,strength,source,confidence,note
raa,raa_vfa,JPN;KOR,2018-05-01,2019-06-01,,2,a source,high,
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the small system, with files replaced or added; its folder."""

    def write(**files: str) -> Path:
        texts = {"state_year": STATE_YEAR, "pair_year": PAIR_YEAR, "agreements": AGREEMENTS} | files
        (tmp_path / "system.yaml").write_text(texts.pop("system", DESCRIPTION), encoding="utf-8")
        for name, text in texts.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return tmp_path

    return write
