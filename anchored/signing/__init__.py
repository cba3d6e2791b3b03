"""Documents that are sealed by their first signature. Later signatures are new rows; corrections are addenda."""
