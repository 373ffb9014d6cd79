"""Simulate with known parameters, fit, recover."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from numpy.typing import NDArray

from moorings.core.errors import MooringsError
from moorings.learn.arms import arms_rows, fit_arms
from moorings.learn.commitment import FITTED, SignalData, fit_commitment
from moorings.learn.hazards import HazardData, fit_gap, fit_hazard, fit_rate
from moorings.learn.history import margin_history
from moorings.learn.margins import TAIL_FLOOR, MarginData, fit_margin, fixed_numbers, quantiles
from moorings.learn.priors import ARMS_PRIORS, EVENT_RATE, MARGIN_PRIORS, SHARED_RHO
from moorings.learn.shared import fit_shared, log_likelihood, refuse_unless_converged, summarise
from moorings.model import arms, hazards, margins
from moorings.model.commitment import NOISE_FLOOR
from moorings.model.phases import SHARED

Floats = NDArray[np.float64]
TRUE = {
    "drift": 0.01,
    "gain": 0.8,
    "damping": 0.7,
    "tilt": 0.05,
    "intercept": -2.3,
    "fast": 0.4,
    "slow": 0.4,
    "young": 0.2,
    "ally": -0.2,
    "level": 0.05,
    "level2": 0.0,
    "tail": 2.0,
    "gap": 0.03,
}
FIXED = {"pooled": 0.01, "centre": -3.5, "spread": 1.0, "floor": -6.0, "ceiling": 0.5}


def drawn_margin(true: dict[str, float], years: int, states: int, seed: int) -> MarginData:
    """A history drawn by the law, half of the states allies, each year pulled by a gap."""
    random = np.random.default_rng(seed)
    params = {name: jnp.asarray(value) for name, value in (true | FIXED).items()}
    table = quantiles({"tail": np.array([true["tail"]])})
    params |= {name: jnp.asarray(value[0]) for name, value in table.items()}
    gap = jnp.asarray(random.standard_normal((years, states)))
    ally = jnp.asarray(np.broadcast_to(np.arange(states) % 2, (years, states)) * 1.0)
    empty = jnp.full((years, states), jnp.nan).at[0].set(-3.5 + random.standard_normal(states))
    history = margin_history(np.asarray(empty), np.asarray(ally))
    normal = jnp.asarray(random.standard_normal((years, states)))

    def one_year(margin: margins.Margin, row: tuple[jax.Array, ...]) -> tuple[margins.Margin, jax.Array]:
        pull, who, shock = row
        value = margins.location(params, margin, pull)
        value = value + margins.scale(params, margin, who) * margins.innovation(params, shock)
        return margins.advance(params, margin, pull, value), value

    rows = (true["gap"] * gap[1:], ally[1:], normal[1:])
    _, values = jax.lax.scan(one_year, margins.begin(params, history.value), rows)
    observed = np.concatenate([np.asarray(history.value)[None], np.asarray(values)])
    return MarginData(margin_history(observed, np.asarray(ally)), gap, FIXED)


def within(draws: Floats, true: float, sds: float = 3.5) -> bool:
    """Whether the truth lies within some sd of the draws' centre."""
    return bool(abs(np.mean(draws) - true) < sds * np.std(draws))


def test_a_margin() -> None:
    draws, found = fit_margin("burden", drawn_margin(TRUE, 45, 90, 11), 300, 1)
    assert found.gradient < 0.01
    wrong = [name for name, value in TRUE.items() if not within(draws[name], value)]
    assert not wrong
    # what the data speak to is learned, not kept from the prior
    for name in ("drift", "intercept", "ally", "gap"):
        assert draws[name].std() < 0.7 * MARGIN_PRIORS["burden"][name].sd, name
    assert (draws["tail"] > 0).all()


def test_numbers_that_are_fixed_before_fitting() -> None:
    values = np.cumsum(np.random.default_rng(1).normal(0, 0.1, (40, 200)), axis=0)
    values[3, 3] = np.nan
    found = fixed_numbers(values)
    assert found["pooled"] == pytest.approx(0.01, rel=0.05)
    assert found["centre"] == pytest.approx(np.nanmean(values))
    assert found["ceiling"] - found["floor"] == pytest.approx(6)


def test_arms() -> None:
    random = np.random.default_rng(3)
    true = {name: prior.centre for name, prior in ARMS_PRIORS.items()} | {
        "gap": -0.03,
        "share": 0.85,
        "log_scale": -2.7,
    }
    params = {name: jnp.asarray(value) for name, value in true.items()}
    years, states = 50, 150
    volume, gap = random.uniform(4, 9, states), random.standard_normal((years, states))
    history = jnp.asarray(np.tile(random.uniform(0, 1, states), (arms.WINDOW, 1)))
    step = jax.jit(lambda h, pull, normal: arms.draw(params, h, jnp.asarray(volume), pull, normal))
    rows = [np.asarray(history[0])]
    for t in range(years - 1):
        share = step(history, true["gap"] * gap[t], jnp.asarray(random.standard_normal(states)))
        history = arms.advance(history, share)
        rows.append(np.asarray(share))
    # the first window is not in the rows that are fitted
    late = np.stack(rows)
    data = arms_rows(late, np.exp(np.tile(volume, (years, 1))), gap)
    whole = data._replace(history=data.history[:, states * arms.WINDOW :])
    cut = {name: getattr(data, name)[states * arms.WINDOW :] for name in ("volume", "share", "gap")}
    draws, found = fit_arms(whole._replace(**cut), 300, 1)
    assert found.gradient < 0.01
    assert not [name for name, value in true.items() if not within(draws[name], value)]
    assert draws["gap"].std() < 0.5 * ARMS_PRIORS["gap"].sd


def test_commitment() -> None:
    random = np.random.default_rng(7)
    years, allies, many = 40, 30, len(FITTED)
    loading, noise = np.linspace(0.4, 0.7, many), np.linspace(0.2, 0.4, many)
    step, common = 0.12, 0.06
    moves = step * random.standard_normal((years, allies)) + common * random.standard_normal((years, 1))
    level = random.standard_normal(allies) + np.cumsum(moves, axis=0)
    signals = loading * level[..., None] + (NOISE_FLOOR + noise) * random.standard_normal((years, allies, many))
    signals[random.uniform(size=signals.shape) < 0.1] = np.nan
    full = jnp.asarray(np.concatenate([signals, np.full((years, allies, 1), np.nan)], axis=2))
    names = tuple(f"S{i:02}" for i in range(allies))
    data = SignalData("USA", names, tuple(range(1960, 1960 + years)), full, jnp.zeros((years, allies)))
    fit = fit_commitment((data,), data, 2.0, 200, 1)
    assert within(fit.draws["step"], step)
    assert within(fit.draws["common"], common)
    # the factor's scale is that of the allies' spread at the start, known to about one part in ten
    ratio = fit.draws["loading"][:, :many].mean(axis=0) / loading
    np.testing.assert_allclose(ratio, ratio.mean(), atol=0.12)
    assert ratio.mean() == pytest.approx(1, abs=0.3)
    np.testing.assert_allclose(fit.draws["sigma"][:, :many].mean(axis=0), NOISE_FLOOR + noise, atol=0.06)
    estimate = fit.mean["USA"]
    assert np.corrcoef(estimate.ravel(), level.ravel())[0, 1] > 0.9
    z = (estimate * ratio.mean() - level) / (fit.sd["USA"] * ratio.mean())
    assert 0.75 < z.std() < 1.35
    np.testing.assert_allclose(estimate[-1], fit.last["USA"], atol=1e-8)


def test_a_hazard() -> None:
    random = np.random.default_rng(5)
    rows = 20_000
    features = {name: random.normal(1.0, 2.0, rows) for name in hazards.TIE}
    weights = np.linspace(-0.6, 0.6, len(hazards.TIE))
    standard = {name: (value - value.mean()) / value.std() for name, value in features.items()}
    odds = -3.0 + sum(w * standard[name] for w, name in zip(weights, hazards.TIE, strict=True))
    event = (random.uniform(size=rows) < 1 / (1 + np.exp(-odds))) * 1.0
    fit = fit_hazard("new_tie", HazardData(features, event), 400, 1)
    assert fit.events == event.sum()
    assert fit.rows == rows
    assert within(fit.draws["intercept"], -3.0)
    for k, weight in enumerate(weights):
        assert within(fit.draws["weights"][:, k], weight), hazards.TIE[k]


def test_the_gaps_elasticity_and_what_rests_on_history() -> None:
    random = np.random.default_rng(6)
    odds, gap = random.normal(-2.0, 1.0, 5000), random.standard_normal(5000)
    event = (random.uniform(size=5000) < 1 / (1 + np.exp(-(odds + 0.3 * gap)))) * 1.0
    draws, share = fit_gap(odds, gap, event, 400, 1)
    assert within(draws, 0.3)
    assert 0.8 < share < 1
    few, little = fit_gap(odds[:20], gap[:20], event[:20], 400, 1)
    assert little < 0.4
    assert few.std() > draws.std()


def test_a_rate() -> None:
    assert within(fit_rate(60, 2000, 1000, 1), 0.03)
    never = fit_rate(0, 100, 1000, 1)
    assert 0 < never.mean() < 0.02


@pytest.mark.parametrize(("rho", "keep"), [(0.02, 0.3), (0.1, 0.3), (0.4, 0.6)])
def test_the_share_that_allies_have_in_common(rho: float, keep: float) -> None:
    random = np.random.default_rng(9)
    fresh, own = random.standard_normal(120), random.standard_normal((120, 20))
    common = np.zeros(120)
    for t in range(120):
        common[t] = keep * common[t - 1] + np.sqrt(1 - keep**2) * fresh[t] if t else fresh[t]
    normal = np.sqrt(rho) * common[:, None] + np.sqrt(1 - rho) * own
    normal[random.uniform(size=normal.shape) < 0.2] = np.nan
    fit = fit_shared({"burden": normal}, 400, 1)
    found = fit.draws["rho"][:, SHARED.index("burden")]
    assert np.quantile(found, 0.005) < rho < np.quantile(found, 0.995)
    assert found.mean() == pytest.approx(rho, abs=0.1)
    assert np.quantile(fit.draws["persistence"], 0.005) < keep < np.quantile(fit.draws["persistence"], 0.995)
    assert fit.rhat <= 1.01
    assert fit.effective >= 400
    # an equation without innovations keeps its prior
    assert np.median(fit.draws["rho"][:, SHARED.index("arms")]) == pytest.approx(SHARED_RHO.centre, abs=0.04)


def test_the_filter_sums_out_the_shared_shocks_exactly() -> None:
    random = np.random.default_rng(3)
    rho, keep, years, allies = 0.3, 0.5, 5, 3
    normal = random.standard_normal((years, allies))
    summary = summarise(normal)
    scaled = (normal - normal.mean()) / normal.std()
    lag = np.abs(np.subtract.outer(np.arange(years), np.arange(years)))
    cov = np.kron(rho * keep**lag, np.ones((allies, allies))) + (1 - rho) * np.eye(years * allies)
    dense = scipy.stats.multivariate_normal(np.zeros(years * allies), cov).logpdf(scaled.ravel())
    found = float(log_likelihood(jnp.asarray(rho), jnp.asarray(keep), summary))
    # constants are left out
    assert found - 0.5 * years * allies * np.log(2 * np.pi) == pytest.approx(dense, abs=1e-4)


def test_a_sampler_that_did_not_converge_is_refused() -> None:
    refuse_unless_converged(1.005, 500)
    with pytest.raises(MooringsError, match=r"R-hat 1\.200"):
        refuse_unless_converged(1.2, 500)
    with pytest.raises(MooringsError, match="20 effective draws"):
        refuse_unless_converged(1.0, 20)


def ranks(runs: int, years: int, states: int) -> Floats:
    """Rank of the truth among the draws, for truths drawn from the prior, [run, parameter]."""
    random = np.random.default_rng(21)
    names = ("drift", "intercept", "gap")
    out = []
    for run in range(runs):
        prior = MARGIN_PRIORS["burden"]
        true = dict(TRUE) | {name: float(random.normal(prior[name].centre, prior[name].sd)) for name in names}
        draws, _ = fit_margin("burden", drawn_margin(true, years, states, 1000 + run), 99, run)
        out.append([(draws[name] < true[name]).mean() for name in names])
    return np.array(out)


def uniform(found: Floats, bins: int) -> float:
    """Smallest p-value of a chi-square test of uniform ranks."""
    counts = [np.histogram(column, bins=bins, range=(0, 1))[0] for column in found.T]
    return float(min(scipy.stats.chisquare(count).pvalue for count in counts))


@pytest.mark.slow
def test_calibration_of_a_margin_by_simulation() -> None:
    assert uniform(ranks(20, 30, 40), 4) > 0.001


def test_calibration_of_a_rate_by_simulation() -> None:
    random = np.random.default_rng(13)
    true = random.beta(EVENT_RATE["successes"], EVENT_RATE["failures"], 400)
    seen = random.binomial(50, true)
    found = [(fit_rate(k, 50, 99, run) < rate).mean() for run, (k, rate) in enumerate(zip(seen, true, strict=True))]
    assert uniform(np.array(found)[:, None], 10) > 0.001


def test_tail_floor_keeps_a_variance() -> None:
    assert TAIL_FLOOR > 2
