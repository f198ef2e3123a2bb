"""A pharmacist's review of a release of ours, or of a site's layer: queries, answers, acceptance."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chairside.apps.audit.services import entry_record
from chairside.apps.formulary.models import LayerVersion, ReviewEntry
from chairside.apps.formulary.selectors import recalled_in
from chairside.apps.formulary.services.lock import alone
from chairside.apps.formulary.standing import Reviewed, split, thread_of
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.protocols.release import acceptance_reasons, answer_reasons

Kind = ReviewEntry.Kind


def query_ask(*, subject: Reviewed, place: str, text: str, actor: Actor, at: datetime) -> Decision[ReviewEntry]:
    """A query about a place of the sheet. While it is open, nothing can be accepted; it also outdates every acceptance."""
    decision: Decision[ReviewEntry] = actor.may(Action.PROTOCOL_REVIEW).without_value()
    for field, told, said in (("place", place, "Name the line that the query is about."), ("text", text, "Write the query.")):
        if not told.strip():
            decision = decision.because(unknown("missing_fact", said, field=field))
    decision = decision.because(*_itself(subject))
    if not decision.allowed:
        return decision
    with alone(actor.organization):
        return Decision(_write(subject, Kind.QUERY, actor, at, place=place.strip(), text=text.strip()))


def query_answer(*, query: ReviewEntry, text: str, actor: Actor, at: datetime) -> Decision[ReviewEntry]:
    """The answer to a query, by a pharmacist or the medical director."""
    permitted = actor.may(Action.PROTOCOL_REVIEW)
    if not permitted.allowed:
        permitted = actor.may(Action.PROTOCOL_APPROVE)
    decision: Decision[ReviewEntry] = permitted.without_value()
    if not decision.allowed:
        return decision
    with alone(actor.organization):
        subject = _subject(query)
        decision = decision.because(*answer_reasons(thread_of(subject), query=query.number, text=text))
        if not decision.allowed:
            return decision
        return Decision(_write(subject, Kind.ANSWER, actor, at, query=query, text=text.strip()))


def review_accept(*, subject: Reviewed, note: str, actor: Actor, at: datetime) -> Decision[ReviewEntry]:
    """A pharmacist takes responsibility for what was reviewed, in this organization.

    A release with numbers that were recalled and never looked up (H-040) asks for a note that says how they were checked.
    """
    decision: Decision[ReviewEntry] = actor.may(Action.PROTOCOL_REVIEW).without_value()
    decision = decision.because(*_itself(subject))
    if not decision.allowed:
        return decision
    with alone(actor.organization):
        recalled = not isinstance(subject, LayerVersion) and recalled_in(subject)
        decision = decision.because(*acceptance_reasons(thread_of(subject), by=actor.id, note=note, recalled=recalled))
        if not decision.allowed:
            return decision
        return Decision(_write(subject, Kind.ACCEPTED, actor, at, text=note.strip()))


def _itself(subject: Reviewed) -> list[Reason]:
    """A release with a layer is not reviewed as such: ours and the layer are, each by itself."""
    if isinstance(subject, LayerVersion) or subject.base_id is None:
        return []
    message = "A version with the site's layer is reviewed in two parts: the version without it, and the layer."
    return [refused("wrong_state", message, field="release")]


def _subject(entry: ReviewEntry) -> Reviewed:
    found = entry.release or entry.layer
    if found is None:
        raise ValueError("a review entry is of a release or of a layer")
    return found


def _write(
    subject: Reviewed, kind: Kind, actor: Actor, at: datetime, *, query: ReviewEntry | None = None, place: str = "", text: str
) -> ReviewEntry:
    release, layer = split(subject)
    row = ReviewEntry.objects.create(
        organization_id=actor.organization,
        release=release,
        layer=layer,
        number=len(thread_of(subject).entries) + 1,
        kind=kind,
        place=place,
        text=text,
        query=query,
        by_id=UUID(actor.id),
        at=at,
    )
    entry_record(
        actor=actor,
        action=f"protocol.{kind.value}",
        subject_type="layer" if layer else "release",
        subject=subject.pk,
        at=at,
        reason=text,
        detail=f"{subject}, entry {row.number}{f', {place}' if place else ''}",
        digest=subject.sha256,
    )
    return row
