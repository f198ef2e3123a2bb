"""The steps of a release's story by the services, for tests that need a protocol or a layer taken so far."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chairside.apps.formulary import services
from chairside.apps.formulary.models import Approval, LayerVersion, ProtocolRelease
from chairside.apps.formulary.services import release_load
from chairside.apps.formulary.standing import Reviewed
from chairside.core.access import Role
from chairside.core.kernel.decision import Decision
from chairside.formulary import loader
from tests.apps.walk import NOW, Center, must

DRUG = "infliximab_iv"


def text_of(protocol: str = DRUG) -> str:
    return loader.path_of(protocol).read_text(encoding="utf-8")


def new_version(*, swap: tuple[str, str] = ("", ""), version: str = "9.0.0", at: datetime = NOW) -> ProtocolRelease:
    """Another version of infliximab, with one passage of its file written otherwise."""
    text = text_of()
    present = loader.load(DRUG).version
    for was, now in ((f"version: {present}", f"version: {version}"), (f'version: "{present}"', f'version: "{version}"'), swap):
        if was and was in text:
            text = text.replace(was, now, 1)
    made = release_load(text=text, name="infliximab_iv.yaml", at=at)
    assert made.version == version
    return made


def accepted(place: Center, subject: Reviewed, by: Role = Role.PHARMACIST) -> None:
    must(services.review_accept(subject=subject, note="Compared with the label.", actor=place.actor(by), at=NOW))


def approve(place: Center, subject: Reviewed, **told: Any) -> Any:
    told = {"note": "Read.", "actor": place.actor(Role.MEDICAL_DIRECTOR), "at": NOW} | told
    if isinstance(subject, LayerVersion):
        return services.layer_approve(layer=subject, **told)
    return services.release_approve(release=subject, site=place.site, **told)


def approved(place: Center, subject: Reviewed) -> Approval:
    accepted(place, subject)
    made: Approval = must(approve(place, subject))
    return made


def layer_text(place: Center, minutes: int = 60, version: str = "2026.11") -> str:
    """A longer observation, with the chair times that hold it."""
    at = {"observations.0.minutes": minutes}
    for time in loader.load(DRUG).chair_times:
        if (was := next((part.minutes for part in time.parts if part.part.value == "observation"), None)) is not None:
            at[f"chair_times.{time.key}.parts.observation.minutes"] = minutes
            at[f"chair_times.{time.key}.total"] = time.total + minutes - was
    told = "reason: Committee of October, by: R. Alvarez, on: 2026-11-02"
    changes = "".join(f"- {{protocol: {DRUG}, at: {place_}, value: {value}, {told}}}\n" for place_, value in at.items())
    return f'site: {place.site.name}\nversion: "{version}"\nchanges:\n{changes}'


def layer(place: Center, **told: Any) -> LayerVersion:
    text = layer_text(place, **told)
    made: LayerVersion = must(services.layer_store(site=place.site, text=text, actor=place.actor(Role.PHARMACIST), at=NOW))
    return made


def codes(decision: Decision[Any]) -> list[str]:
    """Why it was refused."""
    assert decision.value is None
    return [reason.code for reason in decision.reasons]
