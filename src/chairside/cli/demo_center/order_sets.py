"""The demo's order set for reactions: published figures with a made-up site's answers, signed by its made-up director."""

from __future__ import annotations

from dataclasses import replace

from chairside.apps.visit.services.order_setting import order_set_sign, order_set_store
from chairside.cli.demo_center.center import Center, must
from chairside.core.kernel.quantity import quantity
from chairside.core.visit.reactions.order_set import PROPOSAL

_VIALS = {"diphenhydramine_iv": "50", "famotidine_iv": "10", "methylprednisolone_iv": "62.5"}  # mg/mL, as this site stocks them
_TIMES = {"epinephrine_im": 3}
_UNDECIDED = frozenset({"hydrocortisone_iv"})


def sign(center: Center) -> None:
    """Written by the pharmacist, signed by the director; a center without a director has none."""
    if "director" not in center.actors:
        return
    items = tuple(
        replace(
            item,
            concentration=quantity(_VIALS[item.key], "mg/mL") if item.key in _VIALS else item.concentration,
            times=_TIMES.get(item.key, item.times),
        )
        for item in PROPOSAL
        if item.key not in _UNDECIDED
    )
    writer, director = center.actors["pharmacist"], center.actors["director"]
    at = center.at("05:00", -30)
    note = "Made up for the demo."
    version = must(order_set_store(site=center.site, items=items, note=note, seen=0, actor=writer, at=at))
    must(order_set_sign(version=version, actor=director, at=center.at("05:10", -30)))
