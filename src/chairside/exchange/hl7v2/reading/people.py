"""PID -> person, MRG -> merged numbers, NK1 -> contacts, XCN -> clinicians, IN1 -> coverage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chairside.core.intake.meanings import FEDERAL_LINES, is_assistance
from chairside.core.intake.referral import Clinician, Contact, Coverage, Identifier, Person
from chairside.exchange.hl7v2.message import Changes, Merge
from chairside.exchange.hl7v2.reading.context import NPI, Context, plain_number, source_of
from chairside.exchange.hl7v2.segments import Segment, Value

_SEXES = {"F": "female", "M": "male", "O": "other", "A": "other", "N": "other", "U": "unknown"}
# Types of number (HL7 table 0203) that are of an account or a visit: two people may come to bear the same one.
_NOT_OF_A_PERSON = frozenset(("AN", "ANC", "AND", "ANON", "ANT", "VN"))
# The fields of PID and what of a Person they say.
_GROUPS = {
    5: ("family", "given"),
    7: ("birth_text", "born"),
    8: ("sex",),
    11: ("address", "postal_code"),
    13: ("phone", "email"),
    15: ("language",),
    29: ("died",),
}


def person(pid: Segment, context: Context) -> Person:
    """The patient. A partial birth date stays text: age and identity are then not known."""
    identifiers = tuple(_numbers(pid, 3, context))
    if not identifiers:
        context.wrong(pid, 3, "101", "PID-3 has no number of the patient: nobody can tell whom the message is about.")
    source = source_of("PID", *_first(identifiers))
    family, given = human_name(_chosen(pid.values(5), 7, ("L", "D")))
    born = context.time(pid, 7, source)
    sex = pid.text(8).upper()
    if sex and sex not in _SEXES:
        context.wrong(pid, 8, "103", f"“{sex[:20]}” is no sex of the table; it is taken as not said.", mendable=True)
    address = _address(_chosen(pid.values(11), 7, ("H", "L", "P", "M")))
    numbers = [*pid.values(13), *pid.values(40)]
    phone = next((found for item in (*numbers, *pid.values(14)) if (found := _phone(item))), "")
    email = next((item.text(4) for item in numbers if "@" in item.text(4)), "")
    language = pid.value(15)
    death = context.time(pid, 29, source)
    return Person(
        source,
        family,
        given,
        born.text if born else "",
        born.written if born else None,
        _SEXES.get(sex, ""),
        identifiers,
        phone,
        email,
        address[0],
        address[1],
        language.text(1) or language.text(4) if language else "",
        died=death.text if death else "yes" if pid.text(30) == "Y" else "",
    )


def changes(pid: Segment, found: Person) -> Changes:
    """Which fields of the person the message replaces, and which it clears."""
    replaced, cleared = set[str](), set[str]()
    for number, names in _GROUPS.items():
        if pid.is_null(number):
            cleared.update(names)
        elif number == 13:  # two values, each by itself
            replaced.update(name for name in names if getattr(found, name))
        elif any(getattr(found, name) for name in names):
            replaced.update(names)
    return Changes(frozenset(replaced), frozenset(cleared))


def merge(mrg: Segment, context: Context) -> Merge:
    """What was merged away into the person before it."""
    prior = tuple(_numbers(mrg, 1, context))
    if not prior:
        context.wrong(mrg, 1, "101", "MRG-1 has no number: nobody can tell who was merged.")
    return Merge(prior, *human_name(_chosen(mrg.values(7), 7, ("L", "D"))))


def known_as(found: Person) -> str:
    """What makes the sources of a person's diagnoses and allergies the same at every repeat: the first number."""
    return "|".join(_first(found.identifiers))


def _first(identifiers: tuple[Identifier, ...]) -> tuple[str, ...]:
    return (identifiers[0].system, identifiers[0].value) if identifiers else ()


def contact(nk1: Segment, whose: str) -> Contact:
    """Somebody to speak with about the patient."""
    name = spoken_name(_chosen(nk1.values(2), 7, ("L", "D")))
    phone = next((found for item in (*nk1.values(5), *nk1.values(40)) if (found := _phone(item))), "")
    return Contact(source_of("NK1", whose, str(nk1.nth)), name, nk1.text(3, 2) or nk1.text(3, 1), phone)


def clinicians(values: Iterable[Value], context: Context) -> Iterator[Clinician]:
    """The clinicians of a field of names and numbers (XCN). One who is sent twice, with and without NPI, is one."""
    for item in values:
        number = item.text(1)
        found = context.identifier(number, item, 9, item.text(13)) if number else None
        npi = number if found and found.system == NPI else ""
        name = spoken_name(item, first=2)
        if name or npi:
            known = (found.system, found.value) if found else (context.header.application, name)
            yield Clinician(source_of("Clinician", *known), name, npi)


def coverage(in1: Segment, whose: str, context: Context) -> Coverage:
    """One line of insurance, or a manufacturer's copay card, which is assistance and not insurance."""
    company = in1.value(3)
    payer_code = company.text(1) if company else ""
    payer = in1.text(4) or payer_code
    plan_code, plan = in1.text(2, 1), in1.text(2, 2)
    kind = in1.text(15, 2) or in1.text(15)
    named = context.tables.word("line", payer_code, plan_code) or context.tables.word("line", "", in1.text(15))
    member = in1.text(36) or in1.text(49)
    source = source_of("IN1", whose, payer_code or payer, plan_code or plan, member)
    assistance = not named and is_assistance(f"{kind}\n{plan}\n{payer}")
    rank = next((number for at in (22, 1) if (number := plain_number(in1.text(at))) and number == int(number)), None)
    if rank is None or not 0 < rank < 100:
        context.wrong(
            in1, 1, "102", "IN1-1 does not say the rank of the insurance; its place in the message is taken.", mendable=True
        )
    return Coverage(
        source,
        payer,
        payer_code,
        named or "other",
        kind or (plan if assistance else ""),
        plan or plan_code,
        member,
        int(rank) if rank is not None and 0 < rank < 100 else in1.nth,
        context.day(in1, 12, source),
        context.day(in1, 13, source),
        assistance,
        named in FEDERAL_LINES,
    )


def human_name(name: Value | None, first: int = 1) -> tuple[str, str]:
    """(family, given names) of a name whose family name is component `first`."""
    if name is None:
        return "", ""
    given = " ".join(part for part in (name.text(first + 1), name.text(first + 2)) if part)
    return name.text(first), given


def spoken_name(name: Value | None, first: int = 1) -> str:
    """A name as it is written in a letter: given, family, degree."""
    if name is None:
        return ""
    family, given = human_name(name, first)
    after = ", ".join(part for part in (name.text(first + 3), name.text(first + 5)) if part)
    spoken = " ".join(part for part in (given, family) if part)
    return f"{spoken}, {after}" if spoken and after else spoken


def _numbers(segment: Segment, at: int, context: Context) -> Iterator[Identifier]:
    for item in segment.values(at):
        if item.text(1) and item.text(5) not in _NOT_OF_A_PERSON:
            yield context.identifier(item.text(1), item, 4, item.text(5))


def _chosen(values: tuple[Value, ...], component: int, wanted: tuple[str, ...]) -> Value | None:
    """The repetition of the first wanted type that was sent, else the first of all."""
    return next((item for kind in wanted for item in values if item.text(component) == kind), next(iter(values), None))


def _address(found: Value | None) -> tuple[str, str]:
    """(lines with the town, postal code)."""
    if found is None:
        return "", ""
    town = ", ".join(part for part in (found.text(3), found.text(4)) if part)
    return "\n".join(line for line in (found.text(1), found.text(2), town) if line), found.text(5)


def _phone(item: Value) -> str:
    """A telephone number as written, else put together from its parts; "" for an address of the Internet."""
    if item.text(2) == "NET" or item.text(3) in ("Internet", "X.400"):
        return ""
    parts = "-".join(part for part in (item.text(6), item.text(7)) if part)
    return item.text(1) or item.text(12) or parts
