"""What `tongguan serve` runs: one process that starts, watches and stops the database and the workers.

What belongs here: the life of child processes and the order of starting and stopping. What does not: requests, which
only the workers see.
"""
