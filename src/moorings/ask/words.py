"""Words of estimative probability (ICD 203) and what they allow."""

from __future__ import annotations

from moorings.core.errors import check_name

WORDS: dict[str, tuple[float, float]] = {
    "almost no chance": (0.01, 0.05),
    "very unlikely": (0.05, 0.20),
    "unlikely": (0.20, 0.45),
    "roughly even chance": (0.45, 0.55),
    "likely": (0.55, 0.80),
    "very likely": (0.80, 0.95),
    "almost certain": (0.95, 0.99),
}
"""Bands of ICD 203; a bound belongs to the band above it."""


def words(probability: float) -> str:
    """The words for a probability; below 1 % and above 99 % they say so in figures."""
    if probability < 0.01:
        return "below 1 %"
    if probability > 0.99:
        return "above 99 %"
    return next((word for word, (_, high) in WORDS.items() if probability < high), "almost certain")


def band(word: str, place: str = "words") -> tuple[float, float]:
    """What a word claims: its band, the lowest reaching down to 0 and the highest up to 1."""
    low, high = WORDS[check_name(place, word, WORDS)]
    return (0.0 if low == 0.01 else low, 1.0 if high == 0.99 else high)
