"""The tests of Tongguan."""
