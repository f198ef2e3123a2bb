"""Intake: is this referral complete enough to start?

`referral` is what came in, as plain values; `completeness` judges it by `packet_rules`, `therapy_rules` and `dose_rules`, a
plan by its parts (`plan_parts`), with what is computed from what was sent (`derived`); `findings` is the vocabulary of what can
be found.
No wire format, no database: a bundle, a message and a form all become the same `Packet`.
"""
