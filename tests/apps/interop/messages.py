"""HL7 v2 messages for tests: the six samples, and others made of lines."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.apps import apps

from chairside.apps.interop.services.messages import MessageReceived, message_receive
from chairside.apps.people.selectors import system_actor
from chairside.core.access import Actor
from tests.apps.intake.cast import AS_OF, NOW, Center

SAMPLES = Path(__file__).parents[2] / "data" / "hl7v2"
STARTS = ("01", "02", "03", "04", "05", "06")
BUNDLES = {"01": "s17", "02": "s01", "03": "s29", "04": "s16", "05": "s35", "06": "s28"}


def sample(start: str) -> bytes:
    """The bytes of the sample whose file name starts so, without the last line end."""
    return next(SAMPLES.glob(f"{start}-*.hl7")).read_bytes().rstrip(b"\r")


def changed(start: str, *pairs: tuple[str, str], control: str = "") -> bytes:
    """A sample with parts of its text replaced, and a control id of its own when one is given."""
    text = sample(start).decode()
    if control:
        text = text.replace(text.split("|")[9], control, 1)
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def system(place: Center) -> Actor:
    return system_actor(place.organization.id, "import")


def send(place: Center, data: bytes, name: str = "a.hl7", at: datetime = NOW, actor: Actor | None = None) -> MessageReceived:
    """Receive a message as the system does."""
    done = message_receive(data=data, name=name, site=place.site, actor=actor or system(place), at=at, as_of=AS_OF)
    assert done.value is not None, done.reasons
    return done.value


def counts() -> dict[str, int]:
    """How many rows each table of the app has, history included."""
    return {
        model._meta.db_table: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.managed and model.__module__.startswith("chairside")
    }
