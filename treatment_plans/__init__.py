"""The plan and the notes that carry it out."""
