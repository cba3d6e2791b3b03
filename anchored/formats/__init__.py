"""How days and times are written in Anchored: 23 Nov 2026, 17:30."""
