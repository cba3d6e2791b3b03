"""Rows of the long lists."""
