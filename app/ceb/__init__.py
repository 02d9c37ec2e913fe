"""The official message format: typed messages, reading, writing, receipts. It knows no database and no HTTP."""
