"""What the pages cost, next to a floor that is served in turn in the same run: `python -m benchmarks`."""
