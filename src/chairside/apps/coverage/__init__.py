"""Who pays, and what was approved."""
