"""What was done, by whom: append-only entries in one hash chain an organization, idempotency keys, notifications on commit."""
