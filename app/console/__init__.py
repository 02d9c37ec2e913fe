"""The officers' pages: server-rendered, with the same services behind them as the addresses under /v1."""
