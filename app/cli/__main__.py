"""Lets `python -m app.cli` do what the installed command `tongguan` does."""

from app.cli import app

app()
