"""Roof: the pages of one patient that join the apps."""
