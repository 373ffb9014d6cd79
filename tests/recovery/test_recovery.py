"""Simulate with known parameters, fit, recover."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from numpy.typing import NDArray

from moorings.core.errors import MooringsError
from moorings.learn.arms import arms_rows, fit_arms, fit_orders, order_rows
from moorings.learn.commitment import FITTED, SignalData, fit_commitment
from moorings.learn.hazards import HazardData, fit_gap, fit_hazard, fit_rate
from moorings.learn.margins import TAIL_FLOOR, fit_margin, fixed_numbers
from moorings.learn.priors import ARMS_PRIORS, MARGIN_PRIORS, SHARED_RHO
from moorings.learn.shared import fit_shared, log_likelihood, refuse_unless_converged, standardised, summarise
from moorings.model import arms, hazards
from moorings.model.commitment import NOISE_FLOOR
from moorings.model.shocks import SHARED
from recovery.calibration import LEAST, PARTS, TRUE, drawn_margin, drawn_normals, evenness, held

Floats = NDArray[np.float64]


def within(draws: Floats, true: float, sds: float = 3.5) -> bool:
    """Whether the truth lies within some sd of the draws' centre."""
    return bool(abs(np.mean(draws) - true) < sds * np.std(draws))


OF_ALL = {name: value for name, value in TRUE.items() if name not in ("gap", "fellows")}


@pytest.mark.parametrize(
    ("name", "true", "learnt"),
    [
        ("burden", TRUE, ("drift", "intercept", "ally", "gap", "fellows")),
        ("troops", OF_ALL | {"surge": 0.8, "skew": 0.15, "surge_skew": -0.7}, ("surge", "skew", "surge_skew")),
        ("ideal", OF_ALL | {"back": 0.05, "aside": 0.2, "blur": 0.4, "blur_gain": 0.8}, ("back", "aside", "blur")),
        ("gdp", OF_ALL | {"recent": -0.5}, ("intercept",)),
    ],
)
def test_a_margin(name: str, true: dict[str, float], learnt: tuple[str, ...]) -> None:
    draws, found = fit_margin(name, drawn_margin(true, 45, 90, 11), 300, 1)
    assert found.gradient < 0.01
    # the law's intercept is that of the last years
    law = true | {"intercept": true["intercept"] + true.get("recent", 0.0)}
    wrong = [site for site, value in law.items() if site != "recent" and not within(draws[site], value)]
    assert not wrong
    # what the data speak to is learned, not kept from the prior
    for site in learnt:
        assert draws[site].std() < 0.7 * MARGIN_PRIORS[name][site].sd, site
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

    @jax.jit
    def step(history: jax.Array, pull: jax.Array, normal: jax.Array) -> jax.Array:
        plain = arms.location(params, history, pull), arms.scale(params, history, jnp.asarray(volume))
        return jnp.clip(plain[0] + plain[1] * arms.innovation(normal), 0.0, 1.0)

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


def test_orders() -> None:
    random = np.random.default_rng(11)
    years, states, span = 40, 150, arms.SPAN
    plain = {name: jnp.asarray(prior.centre) for name, prior in ARMS_PRIORS.items()}
    true = {
        "due": [0.2, 0.4, 0.6, 0.5, 0.3],
        "open": [2.0, 5.0, 8.0, 10.0, 6.0],
        "surer": [-0.5, -0.3, -0.2, -0.1, 0.0],
    }
    imports = np.exp(np.tile(random.uniform(4, 9, states), (years, 1)))
    his = random.uniform(0, 1, (2, years, states))
    sizes = np.stack([imports / 5, imports]) * random.uniform(0.5, 1.5, (2, years, states))
    known = tuple(np.stack([total, total * part], axis=1) for total, part in zip(sizes, his, strict=True))
    first = arms_rows(random.uniform(0, 1, (years, states)), imports, np.zeros((years, states)))
    rows = order_rows({name: np.asarray(value) for name, value in plain.items()}, first, imports, known)
    made = {name: jnp.asarray(value) for name, value in true.items()}
    loc, width = arms.with_contracts(made, rows.contracts, rows.window, rows.plain)
    latent = np.asarray(loc + width * arms.innovation(jnp.asarray(random.standard_normal(len(loc)))))
    share = np.where(latent < arms.LOW, 0.0, np.where(latent > arms.HIGH, 1.0, latent))
    found = fit_orders(rows._replace(share=jnp.asarray(share)), 300, 1)
    assert found.gradient < 0.05  # five years ahead only the ratio of `due` and `open` counts: the mode is flat
    missed = [
        (name, k)
        for name, values in true.items()
        for k in range(span)
        if not within(found.draws[name][:, k], values[k])
    ]
    assert not missed
    assert (found.draws["due"].std(axis=0)[:3] < 0.1).all()


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
    odds, (standing, moved) = random.normal(-2.0, 1.0, 5000), random.standard_normal((2, 5000))
    event = (random.uniform(size=5000) < 1 / (1 + np.exp(-(odds - 0.4 * standing + 0.3 * moved)))) * 1.0
    fit = fit_gap(odds, standing, moved, event, 400, 1)
    assert within(fit.elasticity, 0.3)
    assert within(fit.standing, -0.4)
    assert within(fit.level, 0.0)
    assert 0.8 < fit.history < 1
    few = fit_gap(odds[:20], standing[:20], moved[:20], event[:20], 400, 1)
    assert few.history < 0.4
    assert few.elasticity.std() > fit.elasticity.std()


def test_allies_whose_gap_is_not_0_on_average_keep_their_rate() -> None:
    """The elasticity alone would move it."""
    random = np.random.default_rng(7)
    odds, gap = np.full(20_000, -3.0), random.normal(-2.0, 0.5, 20_000)
    event = (random.uniform(size=20_000) < 1 / (1 + np.exp(3.0))) * 1.0
    fit = fit_gap(odds, gap, np.zeros_like(gap), event, 400, 1)
    mode = {name: np.mean(value) for name, value in fit.draws.items()}
    rate = np.asarray(hazards.probability(odds + hazards.of_ally(mode, gap, np.zeros_like(gap))))
    assert rate.mean() == pytest.approx(event.mean(), rel=0.02)


def test_a_rate() -> None:
    assert within(fit_rate(60, 2000, 1000, 1), 0.03)
    never = fit_rate(0, 100, 1000, 1)
    assert 0 < never.mean() < 0.02


@pytest.mark.parametrize(
    ("rho", "keep"),
    [
        (0.1, 0.3),
        pytest.param(0.02, 0.3, marks=pytest.mark.slow),
        pytest.param(0.4, 0.6, marks=pytest.mark.slow),
    ],
)
def test_the_share_that_allies_have_in_common(rho: float, keep: float) -> None:
    normal = drawn_normals(rho, keep, 9, years=120)
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
    centre, scale = 0.4, 1.3
    moved, volume = standardised(summarise(normal), jnp.asarray(centre), jnp.asarray(scale))
    lag = np.abs(np.subtract.outer(np.arange(years), np.arange(years)))
    cov = np.kron(rho * keep**lag, np.ones((allies, allies))) + (1 - rho) * np.eye(years * allies)
    whole = scipy.stats.multivariate_normal(np.full(years * allies, centre), scale**2 * cov)
    dense = whole.logpdf(normal.ravel())
    found = float(log_likelihood(jnp.asarray(rho), jnp.asarray(keep), moved) + volume)
    # constants are left out
    assert found - 0.5 * years * allies * np.log(2 * np.pi) == pytest.approx(dense, abs=1e-4)


def test_a_sampler_that_did_not_converge_is_refused() -> None:
    refuse_unless_converged(1.005, 500)
    with pytest.raises(MooringsError, match=r"R-hat 1\.200"):
        refuse_unless_converged(1.2, 500)
    with pytest.raises(MooringsError, match="20 effective draws"):
        refuse_unless_converged(1.0, 20)


@pytest.mark.parametrize(
    ("part", "runs"),
    [
        ("rate", 400),
        ("hazard", 20),
        ("margin", 10),
        pytest.param("shared", 20, marks=pytest.mark.slow),
    ],
)
def test_calibration_by_simulation(part: str, runs: int) -> None:
    for name, ranks in PARTS[part](runs).items():
        assert evenness(ranks) > LEAST, name


def test_calibration_finds_a_posterior_that_is_too_narrow() -> None:
    random = np.random.default_rng(4)
    true = random.standard_normal(100)
    narrow = [float((0.5 * random.standard_normal(99) < value).mean()) for value in true]
    assert evenness(narrow) < LEAST
    assert held(narrow, 0.9) < 0.75


def test_tail_floor_keeps_a_variance() -> None:
    assert TAIL_FLOOR > 2
