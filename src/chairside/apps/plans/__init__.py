"""Treatment plans: numbered doses with amount, target date and window."""
