"""Does an answer hold what an acceptance vector expects? Only what is stated is compared; numbers as exact decimals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

# Lists whose order says nothing: lines of a claim, and the modifiers of a line.
_UNORDERED = frozenset({"lines", "drug_lines", "not_billed", "claim_hold", "modifiers"})
# A claim line without a modifier in the row is a line without any, not a line with whatever modifier.
_LINES = frozenset({"lines", "drug_lines"})
_NEEDS_PERSON = ("refused", "review")


@dataclass(frozen=True, slots=True)
class Miss:
    """What was expected under a key, and what came."""

    key: str
    expected: Any
    got: Any


def misses(expected: Mapping[str, Any], answer: Mapping[str, Any]) -> tuple[Miss, ...]:
    """Every way in which an answer (an envelope) is not what was expected; none when it holds."""
    return tuple(miss for key, wanted in expected.items() for miss in _missed(key, wanted, answer))


def _missed(key: str, wanted: Any, answer: Mapping[str, Any]) -> Iterator[Miss]:
    outcome, value = answer["outcome"], answer["value"]
    match key:
        case "outcome":
            if outcome != wanted:
                yield Miss(key, wanted, _with_reasons(answer))
        case "outcome_in":
            if outcome not in wanted:
                yield Miss(key, wanted, _with_reasons(answer))
        case "at_least" | "at_most":
            for name, limit in wanted.items():
                if not _within(key, value.get(name), limit, outcome):
                    yield Miss(f"{key}.{name}", limit, value.get(name))
        case "reasons_include":
            codes = [reason["code"] for reason in answer["reasons"]]
            yield from _members(key, wanted, codes, all_of=True)
        case "held_by" | "held_by_any":
            kinds = [item["what"] for item in value.get("held_by", ())]
            yield from _members(key, wanted, kinds, all_of=key == "held_by")
        case "not_held_by":
            held = [item for item in value.get("held_by", ()) if item["what"] in wanted]
            if held or "held_by" not in value:
                yield Miss(key, wanted, held or "nothing was judged")
        case _:
            if not same(wanted, value.get(key), key):
                yield Miss(key, wanted, value.get(key, "absent" if not answer["reasons"] else _with_reasons(answer)))


def same(wanted: Any, got: Any, key: str = "") -> bool:
    """Equal as far as is stated: maps on the keys given, lists in full, numbers as decimals, times as moments."""
    if isinstance(wanted, Mapping):
        return isinstance(got, Mapping) and all(same(part, got.get(name), name) for name, part in wanted.items())
    if isinstance(wanted, list | tuple):
        if not isinstance(got, list | tuple) or len(wanted) != len(got):
            return False
        if key in _UNORDERED:
            return _matched(list(wanted), list(got), key)
        return all(same(one, other) for one, other in zip(wanted, got, strict=True))
    if isinstance(wanted, bool) or isinstance(got, bool) or wanted is None or got is None:
        return wanted is got
    one, other = _number(wanted), _number(got)
    if one is not None and other is not None:
        return one == other
    if isinstance(wanted, str) and isinstance(got, str):
        return wanted == got or _moment(wanted) == _moment(got) is not None
    return False


def _matched(wanted: Sequence[Any], got: list[Any], key: str) -> bool:
    """Each wanted entry has one of its own among those that came. Most exact first, so that a loose one takes no other's."""
    for one in sorted(wanted, key=lambda entry: -len(entry) if isinstance(entry, Mapping) else 0):
        whole = {"modifiers": [], **one} if key in _LINES else one
        found = next((place for place, other in enumerate(got) if same(whole, other)), None)
        if found is None:
            return False
        del got[found]
    return True


def _within(key: str, value: Any, limit: Any, outcome: str) -> bool:
    """Inside a limit. What is absent is a miss, unless the answer leaves it to a person or refuses."""
    number, edge = _number(value), _number(limit)
    if number is None:
        return outcome in _NEEDS_PERSON
    if edge is None:
        return False
    return number >= edge if key == "at_least" else number <= edge


def _members(key: str, wanted: Sequence[str], found: Sequence[str], *, all_of: bool) -> Iterator[Miss]:
    present = [name in found for name in wanted]
    if not (all(present) if all_of else any(present)):
        yield Miss(key, wanted, sorted(set(found)))


def _with_reasons(answer: Mapping[str, Any]) -> str:
    told = "; ".join(f"{reason['code']}: {reason['message']}" for reason in answer["reasons"])
    return f"{answer['outcome']} ({told})" if told else answer["outcome"]


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _moment(said: str) -> datetime | None:
    if "T" not in said:
        return None
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
