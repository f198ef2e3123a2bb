"""A package, because installed libraries exist that bring a `tests` of their own and would be found in our place."""
