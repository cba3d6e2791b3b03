"""Therapy groups: timetable, sessions, attendance."""
