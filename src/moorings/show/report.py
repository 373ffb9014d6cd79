"""The report as one page: text, tables and charts in a single file that needs no script and prints on A4."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from moorings.show.charts import forecast_chart
from moorings.show.page import fan_spec, to_svg
from moorings.show.result import Result, state_name
from moorings.show.words import beside_base_rate, figure, interval, likelihood, per_cent, quantity, spread

STYLE = """
@page { size: A4; margin: 16mm 14mm; }
html { font: 10.5pt/1.45 "Liberation Sans", Arial, sans-serif; color: #1b2530; }
html { background: #fff; }
body { max-width: 190mm; margin: 0 auto; padding: 8mm 4mm; }
h1 { font-size: 18pt; line-height: 1.2; margin: 0 0 2mm; }
h2 { font-size: 13pt; margin: 7mm 0 2mm; break-after: avoid; }
table { border-collapse: collapse; width: 100%; font-size: 9.5pt; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 1mm 2mm 1mm 0; border-bottom: 0.3mm solid #cfd6dd; }
thead th { color: #55616d; } tr, figure { break-inside: avoid; } thead { display: table-header-group; }
figure { margin: 3mm 0; } figure svg { width: 100%; height: auto; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 5mm; }
.small { font-size: 9pt; color: #55616d; } .box { border: 0.3mm solid #cfd6dd; padding: 2mm 4mm; background: #f4f6f8; }
.scroll { overflow-x: auto; } @media (max-width: 600px) { .pair { display: block; } }
"""
METHOD = """<p>A structural law with yearly steps, estimated on all patron-ally pairs since 1950, is rolled forward in
many worlds. Drift counts the ally's own acts, in standard deviations of ten-year changes of allies of the United States
(definition tether/1): noticeable is at least 1, marked at least 2. Intervals hold 90 % of what the parameters allow.
The base rate is how often the like came true in history. What a lever does is an assumed effect.</p>
{warnings}<p>Sources: {sources}.</p><p class="small">Digests: {digests}.</p>"""
DETAILS = ("burden", "arms_dependence", "commitment", "threat")
LOSSES = 12


def report_page(record: Mapping[str, Any]) -> str:
    """The page as HTML.

    Parameters
    ----------
    record
        A forecast's JSON with what is shown beside it; `measure`, `claims`, `scores`, and `baseline`, the forecast
        without levers and evidence, or None.
    """
    result = Result(record)
    parts = (
        _heading(result),
        _summary(result),
        _questions(result),
        _pictures(result),
        _allies(result),
        _claims(record["claims"]),
        _scores(record["scores"]),
        _method(result),
    )
    title = escape(f"{result.title} to {result.end}")
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    head = f"<head>{meta}<title>{title}</title><style>{STYLE}</style></head>"
    return f'<!doctype html>\n<html lang="en">{head}\n<body>\n{"".join(parts)}</body></html>\n'


def _heading(result: Result) -> str:
    scenario = [f"{name} = {value}" for name, value in result.record["set"].items()]
    scenario += [f"given {event}" for event in result.record["given"]]
    said = f"<p><b>Scenario:</b> {escape('; '.join(scenario))}</p>" if scenario else ""
    cut = f", events up to {result.record['cut_off']}" if result.record.get("cut_off") else ""
    return (
        f"<h1>{escape(result.title)}: how far may the allies drift by {result.end}?</h1>"
        f'<p class="small">Seen up to {result.start}{escape(cut)}. {result.record["members"]:,} simulated worlds, '
        f"seed {result.record['seed']}.</p>{said}"
    )


def summary(result: Result) -> list[str]:
    """Five sentences made of the numbers."""
    drifts = {state: result.drift_event(state, "noticeable") for state in result.rated}
    ranked = sorted((row["probability"], state) for state, row in drifts.items() if row)
    if not ranked:
        return ["No ally of this system is rated on drift."]
    (least, last), (most, first) = ranked[0], ranked[-1]
    sentences = [
        f"Noticeable drift by the ally's own acts is most probable for {state_name(first)} "
        f"({per_cent(most)}, {drifts[first]['words']}) and least for {state_name(last)} ({per_cent(least)}).",
        f"For {state_name(first)} that is {beside_base_rate(drifts[first])}.",
    ]
    for question, row in [pair for pair in result.headline if pair[0]["role"] == "question"][:1]:
        sentences.append(f"{question['title']} {likelihood(row).capitalize()} (90 % interval {interval(row)}).")
    strand = result.strand(first)
    if strand:
        sentences.append(
            f"Most of what {state_name(first)} drifts comes from {strand['strand']} ({per_cent(strand['share'])})."
        )
    for question, row in [pair for pair in result.headline if pair[0]["role"] == "driver"][:1]:
        sentences.append(f"{question['title']} {likelihood(row).capitalize()}: the patron's own act, and never drift.")
    return sentences


def _summary(result: Result) -> str:
    return f'<p class="box">{escape(" ".join(summary(result)))}</p>'


def _table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(
        "<tr>"
        + f'<th scope="row">{escape(str(row[0]))}</th>'
        + "".join(f"<td>{escape(str(x))}</td>" for x in row[1:])
        + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _questions(result: Result) -> str:
    baseline = Result(result.record["baseline"]) if result.record["baseline"] else None
    names = ["Question", "Answer", "90 %", "Base rate", *(["Baseline"] if baseline else [])]
    rows = []
    for question, row in result.headline:
        line = [question["title"], likelihood(row), interval(row), per_cent(row["base_rate"])]
        rows.append([*line, *([per_cent(baseline.event(row["event"]).get("probability"))] if baseline else [])])
    return f"<h2>The questions</h2>{_table(names, rows)}"


def _pictures(result: Result) -> str:
    from vl_convert import vegalite_to_svg

    svg = vegalite_to_svg(forecast_chart(result.record).to_dict())
    return f'<figure role="img" aria-label="Drift of each ally, with thresholds; numbers in the tables">{svg}</figure>'


def _allies(result: Result) -> str:
    rows = []
    for state in (*result.rated, *result.unrated):
        ends = {name: result.at(state, name, result.end) for name in ("drift", "autonomy", "withdrawal")}
        drift = spread(ends["drift"]) if state in result.rated else "not rated"
        likely = likelihood(result.drift_event(state, "noticeable"))
        rows.append([state_name(state), drift, likely, spread(ends["autonomy"]), spread(ends["withdrawal"])])
    names = ["Ally", f"Drift in {result.end} (90 %)", "Noticeable", "Autonomy", "Patron's withdrawal"]
    return f"<h2>The allies</h2>{_table(names, rows)}{''.join(_fans(result, state) for state in result.rated[:2])}"


def _fans(result: Result, state: str) -> str:
    known = [name for name in DETAILS if result.path(state, name)]
    drawn = "".join(
        f'<figure role="img" aria-label="{name.replace("_", " ")} of {escape(state_name(state))}">'
        f"<figcaption>{name.replace('_', ' ')}</figcaption>{to_svg(fan_spec(result, state, name), 330)}</figure>"
        for name in known
    )
    return f'<h2>{escape(state_name(state))}</h2><div class="pair">{drawn}</div>'


def _claims(claims: Sequence[Mapping[str, Any]]) -> str:
    if not claims:
        return ""
    rows = []
    for claim in claims:
        stated = claim["stated"] if isinstance(claim["stated"], str) else _range(claim["stated"])
        ends = (quantity(claim[name]) for name in ("value", "low", "high"))
        rows.append([claim["text"], stated, "{} ({} to {})".format(*ends), claim["verdict"]])
    return f"<h2>Claims</h2>{_table(['Claim', 'Stated', 'Found (90 %)', 'Verdict'], rows)}"


def _range(ends: Sequence[float | None] | None) -> str:
    """A stated range; an end that is open is left out."""
    if not ends:
        return "–"
    low, high = ends
    if low is None or high is None:
        return f"at most {high:g}" if high is not None else f"at least {low:g}"
    return f"{low:g} to {high:g}"


def _scores(scores: Sequence[Mapping[str, Any]]) -> str:
    if not scores:
        return "<h2>Record</h2><p>No back-test is at hand: read every interval as the model's own.</p>"
    rows = [
        [
            row["outcome"].replace("_", " "),
            row["variant"] or "",
            f"{row['horizon']} years",
            row["best_baseline"],
            _skill(row),
            per_cent(row["coverage90"]),
        ]
        for row in scores[:LOSSES]
    ]
    names = ["Outcome", "Forecast", "Horizon", "Best baseline", "Skill (90 %)", "Coverage of 90 %"]
    return (
        f"<h2>Record, losses first</h2><p>{len(scores)} scores in all; the lowest {len(rows)}:</p>{_table(names, rows)}"
    )


def _skill(row: Mapping[str, Any]) -> str:
    return f"{figure(row['skill'], 2)} ({figure(row['skill_low'], 2)} to {figure(row['skill_high'], 2)})"


def _method(result: Result) -> str:
    digests = "; ".join(f"{name} {value[:12]}" for name, value in result.record["digests"].items())
    doubts = "".join(f"<p><b>Warning:</b> {escape(doubt)}.</p>\n" for doubt in result.record["warnings"])
    sources = escape(str(result.record.get("sources", "")))
    text = METHOD.format(warnings=doubts, sources=sources, digests=escape(digests))
    return f'<h2>Method</h2><div class="box">{text}</div>'
