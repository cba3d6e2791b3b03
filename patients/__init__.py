"""The people in care, the continuum they move along, and who may know of them."""
