"""The append-only log of a visit and the screens at the chair. Owns doses given."""
