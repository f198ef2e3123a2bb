"""Making the charges of a visit from what was documented, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from chairside.apps.audit.notify import notify_on_commit
from chairside.apps.audit.services import entry_record
from chairside.apps.charges.gathering import Charged, charged
from chairside.apps.charges.models import ChargeLine, ChargeSet
from chairside.apps.visit.models import Visit
from chairside.core.access import Action, Actor
from chairside.core.charges.lines import Line
from chairside.core.kernel.decision import Decision, refused

_WASTE = "JW"  # discarded amount: its lines are shown apart


def charges_make(*, visit: Visit, actor: Actor, at: datetime) -> Decision[ChargeSet]:
    """Make the charges of a visit that is over, each line with the events and draws that prove it.

    Made again after a correction, a new set is stored; the newest holds. What cannot be billed is stored with its reason.
    """
    permitted: Decision[ChargeSet] = actor.may(Action.CHARGE_WORK).without_value()
    if not permitted.allowed:
        return permitted
    with transaction.atomic():
        row = (
            Visit.objects.select_for_update(of=("self",))
            .select_related("site", "planned_dose__plan__order_version")
            .get(id=visit.id)
        )
        if not row.closed:
            message = "The visit is not signed yet. Its charges are made from the finished record."
            return Decision(None, (refused("wrong_state", message, field="visit", limit=row.stage),))
        made = charged(row)
        if made.value is None:
            return made.without_value()
        stored = ChargeSet.objects.create(
            organization_id=row.organization_id,
            visit=row,
            made_at=at,
            made_by=actor.id,
            up_to_sequence=row.sequence,
            payer=made.value.payer,
            working="\n".join(made.value.charge.working),
            protocol_sha256=row.protocol_sha256,
        )
        lines = list(_lines(stored, made.value))
        for position, line in enumerate(lines, 1):
            line.position = position
        ChargeLine.objects.bulk_create(lines)
        entry_record(
            actor=actor,
            action="charges.make",
            subject_type="visit",
            subject=row.id,
            patient=row.patient_id,
            at=at,
            detail=f"{len(lines)} lines up to event {row.sequence}",
        )
        notify_on_commit("site", row.site_id)
    return Decision(stored, working=made.value.charge.working)


def _lines(stored: ChargeSet, made: Charged) -> Iterator[ChargeLine]:
    """Administration, drugs, waste, what is not billed, what holds the claim: in that order."""
    proof = {item.id: item.evidence or (item.id,) for item in made.work}

    def evidence(ids: tuple[str, ...]) -> str:
        return "\n".join(dict.fromkeys(proven for item in ids for proven in proof.get(item, (item,))))

    def row(kind: str, explanation: str, **fields: object) -> ChargeLine:
        return ChargeLine(
            organization_id=stored.organization_id, charge_set=stored, kind=kind, explanation=explanation, **fields
        )

    def coded(kind: str, line: Line) -> ChargeLine:
        minutes = "; ".join(f"{count} min" for _, count in line.minutes)
        explanation = f"counted: {minutes}" if minutes else ""
        return row(kind, explanation, code=line.code, modifiers=" ".join(sorted(line.modifiers)), units=line.units,
                   rules=" ".join(line.rules), evidence=evidence(line.evidence))  # fmt: skip

    yield from (coded("administration", line) for line in made.charge.lines)
    drugs = sorted(made.charge.drug_lines, key=lambda line: _WASTE in line.modifiers)
    yield from (coded("waste" if _WASTE in line.modifiers else "drug", line) for line in drugs)
    for left in made.charge.not_billed:
        amount = f": {left.amount.spelled()} of {left.id}" if left.amount is not None else ""
        explanation = f"{left.reason.replace('_', ' ')}{amount}"
        units = Decimal(left.units) if left.units is not None else None
        yield row("not_billed", explanation, units=units, rules=" ".join(left.rules), evidence=evidence((left.id,)))
    for reason in made.uncovered:
        allowed = f" ({reason.limit})" if reason.limit else ""
        yield row("hold", f"authorization: {reason.message}{allowed} Record the payer's answer, then make the charges again.")
    for hold in made.charge.holds:
        instead = f" Instead: {', '.join(hold.alternatives)}." if hold.alternatives else ""
        about = f" {hold.about}" if hold.about and " " in hold.about else ""
        explanation = f"{hold.reason.replace('_', ' ')}{': ' + hold.code if hold.code else ''}.{about}{instead}"
        yield row("hold", explanation, evidence=evidence((hold.about,)) if hold.about in proof else "")
