"""Tests of the rule engine and of every rule."""
