"""The import of referrals: resources a second, first and again, and memory.

python -m tests.bench.importing [--rounds 1] [--data FOLDER]
"""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import Any

from tests.bench import figures
from tests.bench.demo import DAY, demo, words

_REFERRALS = Path(__file__).parents[1] / "data" / "infusion-referrals"


def main() -> None:
    asked = words("How fast referrals come in.", rounds=(int, 1))
    from chairside.exchange.fhir.text import parse

    files = {file.name: file.read_bytes() for file in sorted(_REFERRALS.glob("*.json"))}
    with demo(asked.data):
        from chairside.apps.organizations.context import organization_scope, signing_in
        from chairside.apps.organizations.models import Organization, Site

        with signing_in():
            place = Organization.objects.get(slug="northlight")
        print(figures.machine())
        begun = time.perf_counter()
        resources = sum(len(parse(content).get("entry", ())) for content in files.values())  # type: ignore[union-attr]
        print(f"{len(files)} bundles, {resources} resources, parsed in {time.perf_counter() - begun:.3f} s")
        with organization_scope(place.pk):
            site = Site.objects.get()
            for number in range(asked.rounds + 1):
                took = once(files, site)
                kept = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
                told = "first" if number == 0 else "again, nothing new"
                print(f"{told:<20} {took:7.2f} s  {resources / took:8.0f} resources/s  (budget > 1500)  peak {kept} MB")


def once(files: dict[str, bytes], site: Any) -> float:
    """All files by the service that the command uses."""
    from chairside.apps.interop.services import bundle_import
    from chairside.apps.organizations import clock
    from chairside.apps.people.selectors import system_actor
    from chairside.exchange.fhir.text import parse

    actor = system_actor(site.organization_id, "bench")
    begun = time.perf_counter()
    for name, content in files.items():
        bundle_import(bundle=parse(content), name=name, site=site, actor=actor, at=clock.now(), as_of=DAY)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
