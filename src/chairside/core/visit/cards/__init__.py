"""The cards of a visit, one file a stretch of it. `next_action` asks them in order; the first that speaks is shown."""
