"""Care around the drug: the reaction as facts, treatments by the signed order set, the provider told, the access site."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from chairside.apps.visit.forms.base import EventForm, line, taps, yes_no
from chairside.apps.visit.forms.base import told as said
from chairside.core.kernel.decision import Decision
from chairside.core.kernel.quantity import plain, quantity
from chairside.core.visit import events as e
from chairside.core.visit.guards.care import item_dose
from chairside.core.visit.reactions import ctcae, grading
from chairside.core.visit.reactions.order_set import ItemDose, OrderItem
from chairside.core.visit.reactions.reaction import CRITERIA, key_of
from chairside.core.visit.reactions.site import EXTRAVASATION, INFILTRATION, PHLEBITIS, SEEN
from chairside.core.visit.state import Reaction
from chairside.core.visit.values import Answer, Said
from chairside.web.forms import AmountField

SAID = (("yes", "Yes"), ("no", "No"), ("unknown", "Not known"))
ABOUT = ("reaction", "symptom", "vitals", "site", "hold", "other")


class ReactionForm(EventForm):
    """The course of a reaction that one tap recorded: what it is, the facts that grade it, and when it has settled.

    The grade follows from the facts and is shown while they are tapped. Another term or grade takes a reason.
    """

    way, title, submit, template = "reaction", "The course of the reaction", "Record", "visit/forms/reaction.html"
    reaction = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    term = taps("What it is", tuple((key, title) for key, title in grading.TITLES.items()), required=False)
    grade = taps("Another grade than the facts make", [(str(n), str(n)) for n in range(1, 6)], required=False)
    other = line("Why another term or grade", required=False)
    treatments = line("What else was done", required=False, help_text="Medicines of the order set are recorded there.")
    resolved = forms.BooleanField(label="It has settled", required=False)

    def prepare(self) -> None:
        item = self.item
        if item is not None:
            self.initial.setdefault("reaction", item.key)
            self.initial.setdefault("term", key_of(item.latest.term))
            self.initial.setdefault("resolved", not item.open)
        known = {answer.question: answer.said.value for answer in self.known}
        for fact in grading.facts_asked(self.chosen):
            field = taps(grading.ASKS.get(fact, fact.replace("_", " ")), SAID, required=False)
            field.on_record = fact in known  # type: ignore[attr-defined]
            self.fields[f"fact_{fact}"] = field
            self.initial.setdefault(f"fact_{fact}", known.get(fact, ""))

    @property
    def item(self) -> Reaction | None:
        """The reaction that it is about: the open one, else the last."""
        state = self.around.state
        return state.open_reaction or (list(state.reactions.values())[-1] if state.reactions else None)

    @property
    def chosen(self) -> str:
        """The term as it stands in the form."""
        return str(self.data.get("term", "") if self.is_bound else self.initial.get("term", ""))

    @property
    def known(self) -> tuple[Answer, ...]:
        return grading.known_facts(self.around.state, self.item, self.chosen) if self.item and self.chosen else ()

    @property
    def fact_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self if bound.name.startswith("fact_")]

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The facts that are answered in the form now."""
        found = []
        for bound in self.fact_fields:
            value = bound.value()
            if value in set(Said):
                found.append(Answer(bound.name.removeprefix("fact_"), Said(value)))
        return tuple(found)

    @property
    def derived(self) -> Decision[ctcae.Grade]:
        since = self.item.since if self.item else self.around.at
        return grading.derive(self.around.state, since, self.chosen, self.answers)

    @property
    def makes(self) -> dict[str, Any] | None:
        """The derived grade in words: what makes it, and what would raise it."""
        grade = self.derived.value
        if grade is None:
            return None
        made, rises = grading.told(grade)
        return {"grade": grade.grade, "made": made, "rises": rises, "source": ctcae.SOURCE}

    @property
    def never_both(self) -> str:
        """The coding rule, where the term that was chosen is the one that it speaks of."""
        return grading.NEVER_BOTH if self.chosen == grading.ALLERGIC else ""

    def payload(self) -> e.Payload:
        data, derived = self.cleaned_data, self.derived.value
        grade = int(data["grade"]) if data["grade"] else (derived.grade or None if derived else None)
        return e.ReactionRecorded(
            data["reaction"],
            self.drug_key(),
            data["term"],
            grade,
            CRITERIA if grade else "",
            tuple(self.around.state.symptoms),
            (data["treatments"],) if data["treatments"] else (),
            data["resolved"],
            facts=self.answers,
            derived=derived.grade if derived and self.answers else None,
            other=data["other"],
        )


class TreatmentForm(EventForm):
    """One dose of the signed order set as it was shown. One tap posts `pick`; afterwards it is chosen here, with its time."""

    way, title, submit = "treatment", "Treatment given", "Given: record it"
    pick = taps("What was given")
    reaction = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    note = line("Note", required=False)

    def prepare(self) -> None:
        self.fields["pick"].widget.choices = self.fields["pick"].choices = self.picks  # type: ignore[attr-defined]
        state = self.around.state
        latest = state.open_reaction or (list(state.reactions.values())[-1] if state.reactions else None)
        self.initial.setdefault("reaction", latest.key if latest else "")

    @property
    def picks(self) -> list[tuple[str, str]]:
        """Each item whose dose for this patient is known, with the dose in its value: what was shown is what is recorded."""
        orders = self.around.plan.order_set
        found = []
        for item in orders.items if orders and orders.signed_on else ():
            dose = item_dose(self.around.state, self.around.plan, item).value
            if dose is not None:
                found.append((picked(item, dose), f"{item.title} {dose.dose.spelled()} {item.route}"))
        return found

    def payload(self) -> e.Payload:
        data, orders = self.cleaned_data, self.around.plan.order_set
        key, amount, code = data["pick"].split("|")
        item = orders.item(key) if orders else None
        set_id, route = (orders.id if orders else ""), (item.route if item else "")
        return e.TreatmentGiven(set_id, key, quantity(amount, code), route, data["reaction"], data["note"])


def picked(item: OrderItem, dose: ItemDose) -> str:
    """The value that a tap posts: the item with the dose that stands on the button."""
    return f"{item.key}|{plain(dose.dose.amount, group=False)}|{dose.dose.unit.code}"


class ToldForm(EventForm):
    """The provider was told. One tap is enough; name, way and orders come afterwards, as details of that tap."""

    way, title, submit = "told", "Provider told", "Record"
    about = taps("About", tuple((word, word.capitalize()) for word in ABOUT))
    who = line("Who was told", required=False)
    how = taps(
        "How", (("at the chair", "At the chair"), ("by phone", "By phone"), ("by message", "By message")), required=False
    )
    orders = line("What they ordered", required=False, help_text="Drug, dose, route. They sign it afterwards.")
    read_back = yes_no("The order was read back to them", required=False)
    follows = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def prepare(self) -> None:
        state = self.around.state
        last = state.told[-1] if state.told else None
        if last is not None and not last.entry.who and not last.entry.orders:
            self.initial.setdefault("follows", last.event)
            self.initial.setdefault("about", last.entry.about)
        self.initial.setdefault("about", "reaction" if state.open_reaction else "")

    def payload(self) -> e.Payload:
        data = self.cleaned_data
        return e.ProviderNotified(
            data["who"], data["about"], data["how"], data["orders"], said(data["read_back"]), data["follows"]
        )


class SiteForm(EventForm):
    """The access site by what is seen. The grade follows from it; a leak ends the use of the site."""

    way, title, submit, template = "site", "The access site", "Record", "visit/forms/site.html"
    scale = taps(
        "What it looks like",
        (
            (INFILTRATION, "Infiltration: it has run beside the vein"),
            (EXTRAVASATION, "Extravasation: a drug that harms tissue has run beside the vein"),
            (PHLEBITIS, "Phlebitis: the vein is inflamed"),
        ),
    )
    leak = forms.MultipleChoiceField(
        label="Seen at a leak",
        choices=tuple((sign, sign.replace("_", " ")) for sign in SEEN[INFILTRATION]),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    edema_cm = AmountField(unit="cm", label="Width of the swelling", required=False)
    vein = forms.MultipleChoiceField(
        label="Seen at the vein",
        choices=tuple((sign, sign.replace("_", " ")) for sign in SEEN[PHLEBITIS]),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    cord_cm = AmountField(unit="cm", label="Length of the cord", required=False)
    stopped = taps("This access", (("yes", "Is not used any more"), ("no", "Stays in use and is watched")))
    aspirated = AmountField(unit="mL", label="Drawn back through the cannula", required=False)
    note = line("Note", required=False, help_text="Where the photo is kept, what was put on, who looked at it.")

    def payload(self) -> e.Payload:
        data = self.cleaned_data
        vein = data["scale"] == PHLEBITIS
        seen = tuple(data["vein"] if vein else data["leak"])
        asked = SEEN[data["scale"]]
        width: Decimal | None = None if vein else data["edema_cm"]
        return e.SiteAssessed(
            data["scale"],
            seen,
            tuple(sign for sign in asked if sign not in seen),
            width,
            data["cord_cm"] if vein else None,
            data["stopped"] == "yes",
            self.measured("aspirated", "mL"),
            data["note"],
        )
