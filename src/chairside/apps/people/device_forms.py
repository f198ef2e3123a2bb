"""Forms of enrolled devices and of the quick way in. They read text and decide nothing."""

from __future__ import annotations

from typing import Any

from django import forms

from chairside.apps.organizations.models import Site
from chairside.apps.people.devices import LONGEST_IDLE
from chairside.apps.people.models import Device
from chairside.apps.people.quick_entry import PIN_DIGITS
from chairside.web.forms import Form


class EnrollForm(Form):
    """This browser becomes a device of the site."""

    name = forms.CharField(label="Name", max_length=60, help_text="As people call it, such as: Chair 4 tablet.")
    kind = forms.ChoiceField(label="Kind", choices=Device.Kind.choices, widget=forms.RadioSelect)
    chair = forms.TypedChoiceField(
        label="It stands at", required=False, coerce=str, help_text="Its locked screen then shows that chair's visit first."
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="enroll_%s", **kwargs)
        chairs = site.chairs.filter(in_use=True)
        self.fields["chair"].choices = [("", "no one chair"), *((str(chair.pk), chair.name) for chair in chairs)]  # type: ignore[attr-defined]


class IdleForm(Form):
    """After how long a device locks."""

    minutes = forms.IntegerField(
        label="Devices lock after", widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "2"}),
        help_text=f"Minutes without a touch, 1 to {LONGEST_IDLE}.",
    )  # fmt: skip


def _secret(label: str, *, required: bool = True, help_text: str = "", **attrs: str) -> forms.CharField:
    """A field whose text is never shown, kept or completed by the browser."""
    widget = forms.PasswordInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(label=label, required=required, help_text=help_text, max_length=128, widget=widget, strip=False)


def pin_field(label: str, help_text: str = "", *, required: bool = True) -> forms.CharField:
    """A PIN, on the number pad where there is one."""
    return _secret(label, required=required, help_text=help_text, inputmode="numeric", maxlength=str(PIN_DIGITS))


class EntryForm(Form):
    """One's own PIN and badge."""

    pin = pin_field("New PIN", f"{PIN_DIGITS} digits: not one digit six times, not digits in a row.")
    again = pin_field("The PIN once more")
    badge = _secret(
        "Badge",
        required=False,
        help_text="Put the cursor here and scan your badge. It says who you are; the PIN proves it.",
    )
    password = _secret("Your password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="entry_%s", **kwargs)
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"

    def clean_again(self) -> str:
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("pin", again):
            raise forms.ValidationError("The two PINs differ.")
        return again


class EnterForm(Form):
    """At the locked screen: who (by a tap or a badge), and the PIN. A badge alone brings the form back, its person chosen."""

    person = forms.UUIDField(required=False)
    badge = _secret("Scan your badge", required=False)
    pin = pin_field("PIN", required=False)


class PasswordForm(Form):
    """At the locked screen: the password of the person whose log-in is kept."""

    password = _secret("Password")
