"""One module per source, or few that belong together: a card, and readers of its files."""

from __future__ import annotations

from moorings.data.cards import Card
from moorings.data.sources import (
    atop,
    dcad,
    disputes,
    gapminder,
    geography,
    icb,
    isard,
    mcmanus_nieman,
    nmc,
    nuclear,
    rivalry,
    sipri_milex,
    sipri_register,
    troopdata,
    unga_ideal,
)

CARDS: tuple[Card, ...] = (
    atop.CARD,
    dcad.CARD,
    nuclear.FAS,
    gapminder.CARD,
    geography.CARD,
    icb.CARD,
    isard.CARD,
    mcmanus_nieman.CARD,
    disputes.MID,
    nmc.CARD,
    nuclear.OWID,
    sipri_milex.CARD,
    sipri_register.CARD,
    rivalry.TSS,
    troopdata.CARD,
    unga_ideal.CARD,
)
