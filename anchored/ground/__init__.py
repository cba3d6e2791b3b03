"""The ground under the foundation: field types, intervals, dates and the guards that the databases keep for us."""
