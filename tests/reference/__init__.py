"""Tests of reading, storing and exporting reference data."""
