"""Roof: the day, the continuum, the caseloads."""
