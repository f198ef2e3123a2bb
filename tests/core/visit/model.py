"""The plain book that the model-based test keeps: what must have happened, written from the reference and not from the guards.

It reads the log alone: who entered what, when, in which way. `started`, `rises` and `after` say what a live entry needed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from chairside.core.access import Role
from chairside.core.visit import events as e
from chairside.core.visit.encoding import from_text
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan

STARTS = ("infusion_started", "push_started", "draw_started", "pump_connected", "dose_given")
ENDS = ("stopped", "push_ended", "draw_ended", "pump_disconnected", "dose_given")
BEDSIDE = {Role.NURSE, Role.CHARGE_NURSE}
AFTER_SIGNING = {"corrected", "claimed", "incident_opened", "incident_reported", "call_made", "acknowledged"}
OF_A_DEVICE = {"paused", "reaction_recorded"}
SEVERE = {"anaphylaxis"}


class Book:
    """The log as a person would read it: entries in error left out, facts that were reported past a guard set apart."""

    def __init__(self, plan: VisitPlan, log: list[e.Event]) -> None:
        self.plan = plan
        self.all = log
        corrected = {entry.payload.event: entry.payload for entry in log if entry.kind == "corrected"}
        past = {
            entry.payload.about
            for entry in log
            if entry.kind == "incident_opened" and entry.payload.trigger == "reported_without_guard"
        }
        meant = [_as_corrected(entry, corrected.get(entry.id)) for entry in log]
        self.log = [entry for entry in meant if entry is not None]
        self.proven = [entry for entry in self.log if entry.id not in past]

    def of(self, *kinds: str, drug: str = "", proven: bool = False) -> list[e.Event]:
        entries = self.proven if proven else self.log
        found = [entry for entry in entries if entry.kind in kinds and drug in ("", getattr(entry.payload, "drug", ""))]
        return sorted(found, key=lambda entry: (entry.at, entry.sequence))

    def problems_of_a_start(self, drug: DrugPlan, command: e.Payload, actor, at: datetime) -> list[str]:
        """What a live beginning lacked, in plain words. Empty for a sound one."""
        found: list[str] = []

        def need(fact: object, words: str) -> None:
            if not fact:
                found.append(words)

        subject = self.plan.subject
        said = command.identifiers
        need(actor.roles & BEDSIDE, "not by a nurse")
        need((said.name, said.born) == (subject.name, subject.born), "another person")
        need(self.of("checked_in", proven=True), "nobody was identified")
        decided = self.of("cleared", "held", "replanned")
        need(decided and decided[-1].kind == "cleared", "no go")
        need(self.of("cleared", proven=True), "the go was reported past its guard")
        rate = getattr(command, "rate", None)
        need(rate is None or (rate.amount > 0 and rate <= drug.ladder[0].rate), "above the first rate")
        signed = (drug.order or self.plan.order).signed_on
        need(signed, "no signed order")
        need(not drug.barred, "barred")
        need(not self.of("signed") and not self.of("transferred"), "the visit is over")
        need(not self.of("deferred") or all(item.payload.drug not in ("", drug.key) for item in self.of("deferred")), "put off")
        need(not [item for item in self.of(*STARTS, drug=drug.key) if item.kind != "push_started"], "begun before")
        need(not self.of(*ENDS, drug=drug.key), "over already")
        self.access(need)
        self._premedication(at, need)
        self._bag(drug, at, need)
        self._well(drug, at, need)
        self.answers(need)
        for other in self.plan.drugs:
            if other.sequence < drug.sequence and not self._put_off(other):
                released = any(item.payload.rule == f"sequence.{drug.key}" for item in self.of("overridden"))
                need(self.of(*ENDS, drug=other.key) or released, f"{other.key} comes first")
                if self._by_line(other) and self._by_line(drug) and self.of(*ENDS, drug=other.key):
                    need(self.of("flushed", drug=other.key), f"the line was not flushed after {other.key}")
        if self.plan.home is not None:
            need(self.of("remotely_signed"), "nobody signed from elsewhere")
            kits = self.of("kit_checked")
            need(kits and not set(kits[-1].payload.missing) & self.plan.home.critical, "the kit")
        return found

    def _by_line(self, drug: DrugPlan) -> bool:
        return self.plan.access_needed and drug.manner not in (Manner.INJECTION, Manner.DRAW) and not drug.subcutaneous

    def _put_off(self, drug: DrugPlan) -> bool:
        return any(item.payload.drug in ("", drug.key) for item in self.of("deferred"))

    def access(self, need) -> None:
        if not self.plan.access_needed:
            return
        lines = [
            item
            for item in self.of("access_placed", "access_removed", "site_assessed", proven=True)
            if getattr(item.payload, {"access_placed": "placed", "site_assessed": "stopped"}.get(item.kind, "kind"))
        ]
        need(lines and lines[-1].kind == "access_placed", "no access, or one that is not used any more")

    def _premedication(self, at: datetime, need) -> None:
        released = {item.payload.rule for item in self.of("overridden")}
        for item in self.plan.premedications:
            given = [one.at for one in self.of("premedication_given", proven=True) if one.payload.premedication == item.code]
            waited = any(at - moment >= timedelta(minutes=item.wait_minutes) for moment in given)
            need(waited or any(rule.startswith("premedication") for rule in released), f"{item.code}: not given, or no wait")

    def _bag(self, drug: DrugPlan, at: datetime, need) -> None:
        if drug.manner is Manner.DRAW:
            return
        bags = self.of("preparation_recorded", "unit_received", drug=drug.key, proven=True)
        need(bags, "nothing prepared")
        if not bags or not drug.needs_check:
            return
        made = bags[-1]
        until = made.payload.use_by if made.kind == "preparation_recorded" else made.payload.expires
        need(until >= at, "past its use-by time")
        checks = [item for item in self.of("check_entered", drug=drug.key, proven=True) if item.sequence > made.sequence]
        need(len({item.actor.id for item in checks}) >= 2, "not two people")
        need(len({item.actor.session for item in checks}) >= 2, "not two log-ins")
        agreed = [item for item in self.of("check_compared", drug=drug.key) if item.sequence > made.sequence]
        need(agreed and agreed[-1].payload.agrees, "the checks do not agree")
        last = checks[-1].sequence if checks else 0
        need(not agreed or agreed[-1].sequence >= last, "a check after the comparison")

    def _well(self, drug: DrugPlan, at: datetime, need) -> None:
        need(self._fresh(at), "no fresh set of vitals")
        present: dict[str, bool] = {}
        for item in self.of("symptom_reported"):
            present[item.payload.symptom] = item.payload.present
        need(not any(present.values()), "an open symptom")
        open_now: dict[str, bool] = {}
        for item in self.of("reaction_recorded"):
            open_now[item.payload.reaction or item.id] = not item.payload.resolved
        need(not any(open_now.values()), "an open reaction")
        need(not self.severe(drug.key), "a severe reaction")

    def answers(self, need) -> None:
        """Every question answered, none as it holds the visit: unknown holds as yes does, until a prescriber releases it."""
        released = {item.payload.rule for item in self.of("overridden")}
        for question in self.plan.questions:
            entries = sorted(self.of("questions_answered"), key=lambda item: item.sequence)
            told = [one.said.value for item in entries for one in item.payload.answers if one.question == question.code]
            need(told, f"{question.code}: not answered")
            need(not told or told[-1] == "no" or f"question.{question.code}" in released, f"{question.code}: {told[-1:]}")

    def _fresh(self, at: datetime, after: datetime | None = None) -> bool:
        needed = set(self.plan.vitals_needed)
        for item in self.of("vitals_recorded"):
            taken = {reading.code for reading in item.payload.readings if reading.value is not None}
            spared = {reading.code for reading in item.payload.readings if reading.value is None and reading.unobtainable}
            in_time = timedelta() <= at - item.at <= self.plan.policy.vitals_valid and (after is None or item.at > after)
            if in_time and needed <= taken | (set(list(spared)[:1]) if len(spared) == 1 else set()):
                return True
        return False

    def severe(self, drug: str) -> bool:
        """A reaction that ends this drug was ever on record, whoever corrected it, and no new order came."""
        graded = [item.payload for item in self.all if item.kind == "reaction_recorded"]
        of: dict[str, str] = {}
        for item in self.all:
            if item.kind == "reaction_recorded" and not item.payload.reaction:
                of[item.id] = item.payload.drug
        ends = [
            item
            for item in graded
            if ((item.grade or 0) >= 4 or item.term in SEVERE) and of.get(item.reaction, item.drug) in ("", drug)
        ]
        return bool(ends)

    def problems_of_a_rise(self, drug: DrugPlan, rate, at: datetime) -> list[str]:
        """What a live higher rate lacked."""
        changes = self.of("infusion_started", "step_changed", "resumed", "bag_changed", "pump_connected", drug=drug.key)
        now = changes[-1].payload.rate
        if rate <= now:
            return []
        found = []
        rates = [step.rate for step in drug.ladder if now < step.rate]
        if not rates or rates[0] < rate:
            found.append("skips a step, or above the ladder")
        if drug.max_rate is not None and drug.max_rate < rate:
            found.append("above the highest rate")
        if not self._fresh(at, changes[-1].at):
            found.append("no set of vitals at the present rate")
        since = changes[-1]
        for item in reversed(changes):
            if not item.payload.rate.same(now):
                break
            since = item
        step = next((step for step in drug.ladder if step.rate.same(now)), None)
        if step is not None and step.minutes is not None and at - since.at < timedelta(minutes=float(step.minutes)):
            found.append("before its time")
        sets = self.of("vitals_recorded")
        if self.plan.access_needed and not sets[-1].payload.site_ok:
            found.append("the site was not looked at")
        return found + ([] if not self.severe(drug.key) else ["after a severe reaction"])


def _as_corrected(entry: e.Event, correction: e.Corrected | None) -> e.Event | None:
    """The entry as it is meant now; None where it was entered in error."""
    if correction is None:
        return entry
    return replace(entry, payload=from_text(entry.kind, correction.replacement)) if correction.replacement else None
