"""A made-up clinic: staff, people and their ways along the continuum, the same for the same seed and day."""
