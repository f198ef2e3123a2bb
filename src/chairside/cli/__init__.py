"""The `chairside` command: one file a verb, loaded when it is used.

So `chairside engine` never waits for Django, and a broken verb never breaks another. A verb's module offers `command`.
"""

from chairside.cli.frame import Verbs

# Verb, module, what the list of verbs says of it. The order is that of the list.
_VERBS = (
    ("demo", "demo", "A believable center on this machine: database, worker and web app."),
    ("serve", "serve", "The web app (production)."),
    ("worker", "worker", "The job worker (production)."),
    ("migrate", "migrate", "Bring the database's tables up to date, as their owner."),
    ("doctor", "doctor", "Say what is wrong on this machine and how to mend it."),
    ("import", "import_", "Read FHIR bundles, NDJSON or a bulk export."),
    ("export", "export", "Write the same data out as NDJSON or bundles, and the originals."),
    ("protocols", "protocols", "List, show, lint and compare the formulary."),
    ("engine", "engine", "Ask the rulebook one question: JSON in, JSON out."),
    ("verify", "verify", "Run acceptance vectors."),
    ("schedule", "schedule", "Solve, check and repair schedules on plain files."),
    ("simulate", "simulate", "Replay a day with random durations, or plan it for them."),
    ("backup", "backup", "Copy the database to a file."),
    ("restore", "restore", "Bring a backup back."),
    ("audit", "audit", "Verify the audit chain."),
    ("downtime-pack", "downtime", "Print what the floor needs when the system is down."),
)

main = Verbs("chairside", _VERBS)
"""The entry point."""
