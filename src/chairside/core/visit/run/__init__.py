"""How one infusion runs: the ladder that is chosen, every limit on its rates, and the order held against them."""
