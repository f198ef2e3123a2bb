"""What no schedule of a day can cost less than."""
