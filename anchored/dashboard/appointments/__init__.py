"""Individual appointments: a light calendar, with what an appointment would clash with."""
