"""The use cases: load, think, store. Each takes lists, owns its transaction and knows no HTTP."""
