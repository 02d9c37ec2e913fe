"""Measurements: `make bench` runs them all. Figures are for the machine they run on; nothing here is a test."""
