"""A visit at home: the kit item by item, setting out, the signature from elsewhere."""

from __future__ import annotations

from chairside.apps.visit.forms.base import EventForm, line, taps
from chairside.core.visit import events as e

_THERE = (("there", "There"), ("missing", "Missing"))


class KitForm(EventForm):
    """One tap an item. Nothing is taken for there until somebody says so."""

    way, title, submit, reportable = "kit", "Check the kit", "The kit is checked", True

    def prepare(self) -> None:
        home = self.around.plan.home
        for item in home.kit if home else ():
            name = item.title + (f", {item.amount}" if item.amount else "")
            self.fields[f"kit_{item.key}"] = taps(name, _THERE, help_text="Needed" if item.critical else "")

    def payload(self) -> e.Payload:
        told = {name.removeprefix("kit_"): said for name, said in self.cleaned_data.items() if name.startswith("kit_")}
        return e.KitChecked(
            tuple(key for key, said in told.items() if said == "there"),
            tuple(key for key, said in told.items() if said == "missing"),
        )


class SetOutForm(EventForm):
    way, title, submit = "set-out", "Set out", "On the way"

    def payload(self) -> e.Payload:
        home = self.around.plan.home
        return e.SetOut(home.latest if home else None)


class RemoteSignForm(EventForm):
    way, title, submit, reportable = "sign-remotely", "Signature from elsewhere", "Sign: it may be given", False
    statement = line("What you looked at")

    def payload(self) -> e.Payload:
        return e.RemotelySigned(self.cleaned_data["statement"])
