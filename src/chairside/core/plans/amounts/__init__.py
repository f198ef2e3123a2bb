"""The amount of a dose: one module a dose rule, and the sums that they share."""
