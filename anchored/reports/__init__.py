"""Roof: what the house asks about itself in numbers. One file for each question; reports read and never write."""
