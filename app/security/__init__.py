"""Secrets and what they do: the key ring, sealing, blind indexes, API keys."""
