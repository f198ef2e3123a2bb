"""What a dose takes from the shelf: vials, volumes, lots, parts that go first, a pump."""
