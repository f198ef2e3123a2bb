"""From the computed amount to the one that is given: ceilings, reductions, the order, rounding, tiers."""
