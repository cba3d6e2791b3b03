"""Anchored: the record that an intensive outpatient program runs on."""

__version__ = "0.1.0"
