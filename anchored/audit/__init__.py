"""The trail: who saw and did what. Append-only, without gaps, each row chained to the one before."""
