"""The rules of customs, their dated law, and the engine that applies them; no input or output, no clock."""
