"""What officers do: cases, queues, profiles, tables, statistics. Console and addresses call the same services."""
