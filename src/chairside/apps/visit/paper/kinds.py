"""What a line of the paper may tell. A new kind is one more entry of this table: its word, how it is written, who reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chairside.apps.visit.paper import bag, ways
from chairside.apps.visit.paper import readers as r
from chairside.apps.visit.paper.words import Around
from chairside.core.visit.events import Payload


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of line: its word on the paper, how the rest is written, and who reads it."""

    key: str
    label: str
    example: str
    read: Callable[[str, Around], Payload]


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("checked-in", "Checked in", "name as said; 1968-03-04; consent yes", r.checked_in),
        Kind("seated", "Seated", "Chair 1", r.seated),
        Kind("vitals", "Vitals", "BP 124/78 P 72 T 36.8 R 14 O2 98 W 82.4 site ok", r.vitals),
        Kind("allergies", "Allergies asked", "penicillin; latex; medicines too", r.allergies),
        Kind("questions", "Questions", "1 no; 2 no; 3 unknown", r.questions),
        Kind("go", "Go", "note", r.go),
        Kind("held", "Held", "why", r.held),
        Kind("released", "Released to prepare", "", bag.released),
        Kind("access", "Access", "left forearm; peripheral catheter; 22 G; attempts 1; blood return yes", r.access),
        Kind("premedication", "Premedication", "acetaminophen; 650 mg; oral", r.premedication),
        Kind(
            "prepared",
            "Prepared",
            "Remicade; lot A1, 5 x 100 mg, drawn 412 mg, expires 2027-06-30; volume 250 mL; in saline 0.9%; use by 13:20",
            bag.prepared,
        ),
        Kind(
            "unit",
            "Unit received",
            "W0417 26 1; red cells; A+ for A+; volume 310 mL; issued 09:05; expires 2026-11-30 23:59; cross-matched; intact",
            bag.unit,
        ),
        Kind("start", "Start", "60 mL/h; name as said; 1968-03-04; line traced; emergency ready", r.start),
        Kind("rate", "Rate", "120 mL/h; why", r.rate),
        Kind("pause", "Pause", "pump 43 mL; why", r.pause),
        Kind("resume", "Resume", "60 mL/h; how it was settled; pump 43 mL", r.resume),
        Kind("stop", "Stop", "complete; pump 250 mL; left 0 mL; why they differ", r.stop),
        Kind("push", "Push began", "name as said; 1968-03-04; line traced; emergency ready", ways.push),
        Kind("push-end", "Push ended", "10 mL; why not all", ways.push_end),
        Kind("injection", "Injection", "1.5 mL left abdomen; 1.5 mL left thigh; name as said; 1968-03-04", ways.injection),
        Kind("draw", "Draw began", "name as said; 1968-03-04", ways.draw),
        Kind("draw-end", "Draw ended", "450 mL; why another volume", ways.draw_end),
        Kind("pump", "Pump connected", "1 mL/h; pump P-17; shows 96 mL; name as said; 1968-03-04; line traced", ways.pump),
        Kind("pump-off", "Pump off", "pump 96 mL; left 0 mL; name as said; 1968-03-04; nothing leaked", ways.pump_off),
        Kind("flush", "Flush", "20 mL", r.flush),
        Kind("symptom", "Symptom", "itching", r.symptom),
        Kind("symptom-gone", "Symptom gone", "itching", r.symptom_gone),
        Kind("reaction", "Reaction", "flushing; grade 2; cetirizine 10 mg given; settled", r.reaction),
        Kind("reaction-course", "Reaction goes on", "flushing; grade 3; settled", r.reaction_course),
        Kind("observation", "Observation began", "", r.observation),
        Kind("access-out", "Access out", "bleeding stopped; stays in", r.access_out),
        Kind("discharge", "Discharged", "advice given; said back; walks; escort daughter", r.discharge),
        Kind("note", "Note", "any words", r.note),
    )
}
