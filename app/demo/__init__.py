"""The demonstration: recorded parcels filed to a running service, and a table of what it decided."""
