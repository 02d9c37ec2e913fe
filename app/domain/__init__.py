"""Customs as pure values and arithmetic: no waiting, no database, no web, no clock."""
