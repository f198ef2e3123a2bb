"""What speaks against the question itself, before any amount: inputs, the phase's condition, a course begun too soon."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.kernel.decision import Reason, refused, review, unknown
from chairside.core.plans.course import Course
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Phase, Regimen
from chairside.core.protocols.truth import Known, Truth, evaluate


def inputs(protocol: Protocol, dose_number: int, brand: str, course: Course, known: Known) -> Iterator[Reason]:
    """What is wrong with the question itself."""
    if dose_number < 1:
        yield refused(
            "out_of_range", f"Dose {dose_number} cannot be: doses are numbered from 1.", field="dose_number", limit="1"
        )
    yield from person(brand, protocol, known)
    done = course.numbered(dose_number)
    if done is not None:
        message = (
            f"Dose {dose_number} of this course is already recorded as given on {done.on.isoformat()} ({done.dose.spelled()})."
        )
        yield refused("mismatch", message, field="dose_number", limit=done.on.isoformat(), source="history")


def person(brand: str, protocol: Protocol, known: Known) -> Iterator[Reason]:
    """A brand of another therapy, a birth after the dose."""
    if brand and protocol.product(brand) is None:
        names = ", ".join(product.brand for product in protocol.products)
        yield refused(
            "wrong_product", f"“{brand}” is not a product of {protocol.names.en} ({names}).", field="brand", limit=names
        )
    born = known.patient.born
    if born is not None and known.day < born:
        yield refused(
            "out_of_range",
            "The birth date lies after the day of the dose.",
            field="patient.birth_date",
            limit=known.day.isoformat(),
        )


def phase_condition(phase: Phase, known: Known) -> Iterator[Reason]:
    """A phase whose doses depend on facts (iron stores) is given only when they hold."""
    if phase.when is None:
        return
    found = evaluate(phase.when, known)
    if found.truth is Truth.UNKNOWN:
        names = ", ".join(map(known.called, found.missing))
        message = f"Whether this dose is needed cannot be told: {names} is not on record, not final, or too old."
        yield unknown("missing_fact", message, field=found.missing[0], source=phase.source)
    elif found.truth is Truth.FALSE:
        yield refused(
            "out_of_range",
            "By the results on record this dose is not needed now.",
            field="facts",
            source=phase.source,
            override="prescriber",
        )


def new_course(regimen: Regimen, course: Course, known: Known) -> Iterator[Reason]:
    """A course that starts soon after another one is for a person, at each of its doses: else a new dose 1 would step around
    the course's limit."""
    needed = regimen.course_gap
    if needed is None or not course.earlier:
        return
    began = course.doses[0].on if course.doses else known.day
    gap = (began - course.earlier[-1].on).days
    if gap < needed.days:
        message = f"An earlier course ended {gap} days before this one; {needed.days} days are usual between two."
        yield review(
            "interval",
            message,
            field="history",
            limit=f"{needed.days} days",
            source=needed.source,
            override="prescriber",
        )


def brand_of_regimen(protocol: Protocol, brand: str, regimen: Regimen) -> tuple[Reason, ...]:
    """A brand that is not for this regimen."""
    product = protocol.product(brand) if brand else None
    if product is None or not product.regimens or regimen.key in product.regimens:
        return ()
    message = f"{product.brand} is not for the regimen “{regimen.names.en}”. Name its own product."
    return (refused("wrong_product", message, field="brand", limit=", ".join(product.regimens), source=product.source),)


def of_brand(protocol: Protocol, brand: str, regimen: Regimen, indication: str) -> tuple[Reason, ...]:
    """A brand that is not for this regimen, or whose own label does not hold the indication."""
    if against := brand_of_regimen(protocol, brand, regimen):
        return against
    product = protocol.product(brand) if brand else None
    if product is None:
        return ()
    if product.indications and indication and indication not in product.indications:
        message = f"The label of {product.brand} does not hold this indication. The prescriber decides."
        limit = ", ".join(product.indications)
        return (review("off_label", message, field="brand", limit=limit, source=product.source, override="prescriber"),)
    return ()
