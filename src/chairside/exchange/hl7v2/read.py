"""A message -> what it says and asks for, as plain values; or why it cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from chairside.core.intake.codes import CodeTables
from chairside.core.intake.referral import Clinician, Condition, Document, Packet, Recorded
from chairside.core.kernel.fact import FactKind
from chairside.exchange.hl7v2.header import read_header
from chairside.exchange.hl7v2.message import Control, Header, Kind, Merge, Message, OrderLine, Part, Refused
from chairside.exchange.hl7v2.problem import Problem
from chairside.exchange.hl7v2.reading import clinical, people, reports, results
from chairside.exchange.hl7v2.reading.context import Context
from chairside.exchange.hl7v2.reading.groups import Group, Patient, patients, strays
from chairside.exchange.hl7v2.reading.orders import numbers, order_line
from chairside.exchange.hl7v2.segments import Segment, header_of, marks_of, segments
from chairside.exchange.hl7v2.tables import Tables

_KINDS = {
    "ADT^A04": Kind.REGISTER,
    "ADT^A08": Kind.UPDATE,
    "ADT^A31": Kind.UPDATE,
    "ADT^A40": Kind.MERGE,
    "OMP^O09": Kind.ORDER,
    "ORM^O01": Kind.ORDER,
    "ORU^R01": Kind.RESULT,
}
_SEVERAL_PATIENTS = frozenset((Kind.MERGE, Kind.RESULT))
_NOT_READ = {"T": "a training message", "D": "a debugging message"}
_SAYS_SOMETHING = frozenset(("MRG", "NK1", "PV1", "IN1", "AL1", "DG1", "ORC", "OBR", "RXO", "OBX"))


def read(
    data: bytes,
    *,
    codes: CodeTables,
    tables: Tables,
    zone: ZoneInfo,
    on: date,
    processing: frozenset[str] = frozenset("P"),
) -> Message | Refused:
    """One message (`splitting.split` finds them in a file).

    zone        the site's zone, which decides calendar days
    on          the day of receipt, for what came without a date
    processing  what MSH-11 may say: a training message is not read into a record of production
    """
    marks, unmarked = marks_of(data)
    if marks is None:
        return Refused(None, (unmarked,) if unmarked else ())
    found = unmarked or segments(data, marks)
    header = read_header(header_of(data, marks) if isinstance(found, Problem) else found[0], marks)
    if isinstance(found, Problem):
        return Refused(header, (found,))
    wrong = _unread(found[0], header, processing)
    if wrong:
        return Refused(header, tuple(wrong))
    context = Context(codes, tables, zone, on, header)
    if header.sent_at is None:
        sentence = f"MSH-7 “{found[0].text(7)[:40]}” is no time with a zone: when the message was sent is not known."
        context.wrong(found[0], 7, "102", sentence, mendable=True)
    kind = _KINDS[header.type]
    parts = _parts(found, kind, context)
    if not all(item.mendable for item in context.problems):
        return Refused(header, tuple(context.problems))
    return Message(header, kind, parts, tuple(context.problems))


def _unread(msh: Segment, header: Header, processing: frozenset[str]) -> list[Problem]:
    """Why nobody here reads such a message."""
    found = []

    def say(at: int, code: str, sentence: str) -> None:
        found.append(Problem("MSH", 1, at, code, sentence))

    if not header.control_id:
        say(10, "101", "MSH-10 is empty: without a control id a repeat of the message could not be told from a new one.")
    if not header.application:
        say(3, "101", "MSH-3 does not say who sends.")
    if header.processing not in processing:
        what = _NOT_READ.get(header.processing, f"“{header.processing[:10]}”")
        say(11, "202", f"MSH-11 says that this is {what}; only messages of production (P) are read here.")
    if not header.version.startswith("2."):
        say(12, "203", f"MSH-12 says version “{header.version[:20]}”; versions 2.1 to 2.8 are read here.")
    if header.type not in _KINDS:
        known = any(name.startswith(header.type.partition("^")[0] + "^") for name in _KINDS)
        say(9, "201" if known else "200", f"{header.type[:30] or 'A message without a type'} is not read here. It is kept.")
    return found


def _parts(found: Sequence[Segment], kind: Kind, context: Context) -> tuple[Part, ...]:
    people_of = patients(found)
    for stray in strays(found, _SAYS_SOMETHING):
        context.wrong(stray, 0, "100", f"{stray.name} stands before PID: nobody can tell whom it is about.")
    if not people_of:
        context.problems.append(Problem("PID", 1, 0, "101", "There is no PID: nobody can tell whom the message is about."))
    if len(people_of) > 1 and kind not in _SEVERAL_PATIENTS:
        context.wrong(people_of[1].pid, 0, "100", "The message is about more than one patient. Only results and merges may be.")
    return tuple(_part(item, kind, context) for item in people_of)


def _part(patient: Patient, kind: Kind, context: Context) -> Part:
    context.next_patient()
    person = people.person(patient.pid, context)
    merge = _merge(patient, context) if kind is Kind.MERGE else None
    lines, clinicians = _orders(patient, context) if kind is Kind.ORDER else ([], [])
    whose = people.known_as(person)
    conditions = tuple(clinical.condition(item, whose, context) for item in patient.all("DG1"))
    facts, documents = _facts(patient, whose, kind, conditions, context)
    asked = [item for item in lines if item.control in (Control.NEW, Control.CHANGE)]
    packet = Packet(
        person=person,
        contacts=tuple(people.contact(item, whose) for item in patient.head.named("NK1")),
        clinicians=tuple({item.source: item for item in (*_of_visit(patient, context), *clinicians)}.values()),
        coverages=tuple(people.coverage(item, whose, context) for item in patient.all("IN1")),
        conditions=conditions,
        facts=tuple(facts),
        orders=tuple(item.drug for item in asked if item.drug),
        request=next((item.request for item in asked if item.request), None),
        documents=tuple(documents),
        irregular=tuple(context.irregular),
    )
    return Part(packet, people.changes(patient.pid, person), merge, tuple(lines), frozenset(context.undated))


def _merge(patient: Patient, context: Context) -> Merge | None:
    found = patient.all("MRG")
    if len(found) != 1:
        sentence = "After PID exactly one MRG was expected, which says who was merged into this patient."
        context.wrong(patient.pid, 0, "100", sentence)
        return None
    return people.merge(found[0], context)


def _orders(patient: Patient, context: Context) -> tuple[list[OrderLine], list[Clinician]]:
    lines, clinicians = list[OrderLine](), list[Clinician]()
    if not patient.orders:
        context.wrong(patient.pid, 0, "101", "The message of an order holds no order (ORC).")
    for group in patient.orders:
        line, prescribers = order_line(group, context)
        clinicians.extend(prescribers)
        if line is not None:
            lines.append(line)
    return lines, clinicians


def _of_visit(patient: Patient, context: Context) -> list[Clinician]:
    """The attending and the referring clinician."""
    visit = patient.head.first("PV1")
    return list(people.clinicians((*visit.values(7), *visit.values(8)), context)) if visit else []


def _facts(
    patient: Patient, whose: str, kind: Kind, conditions: Sequence[Condition], context: Context
) -> tuple[list[Recorded], list[Document]]:
    """Diagnoses, allergies and results. Two results that the sender names alike stay two."""
    facts = [clinical.condition_fact(item, context) for item in conditions]
    facts += [fact for item in patient.all("AL1") if (fact := clinical.allergy(item, whose, context)) is not None]
    found = [results.result(obx, notes, results.About((whose,), True), context) for obx, notes in patient.head.results()]
    for group in patient.orders:
        about = _about(group, kind, whose, context)
        if about.kind is FactKind.IMAGING:
            facts.append(reports.imaging(group, about, context))
            found += [item for item in _read(group, about, context) if isinstance(item, Document)]
        else:
            found += _read(group, about, context)
    facts += [item for item in found if isinstance(item, Recorded)]
    return reports.apart(facts), [item for item in found if isinstance(item, Document)]


def _read(group: Group, about: results.About, context: Context) -> list[Recorded | Document | None]:
    return [results.result(obx, notes, about, context) for obx, notes in group.results()]


def _about(group: Group, kind: Kind, whose: str, context: Context) -> results.About:
    named = numbers(group, context)
    if kind is Kind.RESULT:
        return reports.about_order(group, named, context)
    return results.About((named[0].system, named[0].value) if named else (whose,), True)
