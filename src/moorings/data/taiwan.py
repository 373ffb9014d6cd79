"""Taiwan's real GDP, rebuilt: Gapminder's series grows like current dollars after 2000.

Growth is Gapminder's to 2000; from 2001 to 2019 Gapminder's less the rise of American prices; from 2020 to 2023 that
of real GDP in national currency; the level is Gapminder's of 2021.
"""

from __future__ import annotations

import numpy as np
import polars as pl

STATE, LEVEL_YEAR = "TWN", 2021
_DEFLATED = (2001, 2019)
# Real GDP, billion New Taiwan dollars, 2019 to 2023: International Monetary Fund, World Economic Outlook, April 2024.
_NATIONAL = {2019: 19_213.20, 2020: 19_863.88, 2021: 21_178.95, 2022: 21_727.15, 2023: 22_030.55}
# Growth of 2024 as published: FocusEconomics, https://www.focus-economics.com/country-indicator/Taiwan/gdp/
_GROWTH_2024 = np.log(1.046)
NOTE = "rebuilt: Gapminder's growth to 2000, less American prices to 2019, national accounts from 2020"


def rebuild_gdp(gdp: pl.DataFrame, american_current: pl.DataFrame) -> pl.DataFrame:
    """Replace Taiwan's rows of real GDP by the rebuilt series.

    Parameters
    ----------
    gdp
        Tidy rows of real GDP of all states, Taiwan's and the United States' among them.
    american_current
        American GDP at current prices: `year, current`.

    Returns
    -------
    The rows with Taiwan's values replaced, as far as they can be; years without American prices are left out.
    """
    own = gdp.filter(pl.col("state") == STATE).sort("year")
    real = gdp.filter(pl.col("state") == "USA").select("year", american="value")
    prices = american_current.join(real, on="year").select("year", price=(pl.col("current") / pl.col("american")).log())
    series = own.select("year", level=pl.col("value").log()).join(prices, on="year", how="left").sort("year")
    rebuilt = _to_level(series.with_columns(growth=_growth()))
    kept = own.join(rebuilt, on="year").with_columns(
        pl.col("rebuilt").alias("value"), confidence=pl.lit("medium"), note=pl.lit(NOTE)
    )
    return pl.concat([gdp.filter(pl.col("state") != STATE), kept.select(gdp.columns)])


def _growth() -> pl.Expr:
    """Log growth from the year before."""
    national = {year: np.log(_NATIONAL[year] / _NATIONAL[year - 1]) for year in _NATIONAL if year - 1 in _NATIONAL}
    published = pl.col("year").replace_strict({**national, 2024: _GROWTH_2024}, default=None, return_dtype=pl.Float64)
    rise = pl.col("price").diff()
    deflated = pl.when(pl.col("year").is_between(*_DEFLATED)).then(pl.col("level").diff() - rise)
    early = pl.when(pl.col("year") < _DEFLATED[0]).then(pl.col("level").diff().fill_null(0.0))
    return pl.coalesce(published, deflated, early)


def _to_level(series: pl.DataFrame) -> pl.DataFrame:
    """Cumulate growth to the level of `LEVEL_YEAR`: `year, rebuilt`; empty without that year or with a gap."""
    anchor = series.filter(pl.col("year") == LEVEL_YEAR)
    if anchor.is_empty() or series["growth"].has_nulls():
        return series.select("year", rebuilt="level").clear()
    path = series.with_columns(path=pl.col("growth").cum_sum())
    at_anchor = path.filter(pl.col("year") == LEVEL_YEAR)["path"].item()
    return path.select("year", rebuilt=(pl.col("path") - at_anchor + anchor["level"].item()).exp())
