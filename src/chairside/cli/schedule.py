"""`chairside schedule`: whole days on plain files. One file a sub-command, loaded when it is used. No database, no Django."""

from chairside.cli.frame import Lazy

command = Lazy(
    "schedule",
    (
        ("solve", "schedule_solve", "Find a good schedule for a day."),
        ("check", "schedule_check", "Judge a schedule by the ten hard rules, and price it."),
        ("bound", "schedule_bound", "Prove that no schedule of a day can cost less."),
        ("book", "schedule_book", "Offer the best places for one more visit."),
        ("repair", "schedule_repair", "Mend a day that has begun, with few changes."),
        ("plan", "schedule_plan", "Lay the doses of many days on days."),
    ),
    help="Solve, check and repair schedules on plain files.",
)
