"""The visit: an append-only log of events, the state folded from it, and the guards that a live command must pass.

Read in this order: `events` (what can happen), `plan` (what the visit is held against), `fold` (log to state), `decide`
(command to decision), `ladder` (when a rate may rise), `outlook` (what the screen shows now). A guard never changes a value and
never invents a time; a reported fact is never refused. Nothing here reads a clock: `at` is always an argument.
"""
