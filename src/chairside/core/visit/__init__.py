"""The visit: an append-only log of events, the state folded from it, and the guards that a live command must pass.

Read in this order: `events` (what can happen), `plan` (what the visit is held against), `fold` and `handlers` (log to state),
`decide` and `guards` (command to decision), `ladder` (when a rate may rise), `outlook` (what the screen shows now),
`next_action` and `cards` (the one thing to do). A guard never changes a value and never invents a time; a reported fact is
never refused. Nothing here reads a clock: `at` is always an argument.
"""
