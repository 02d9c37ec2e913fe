"""Auditing: whether the record is what was written (promise P11).

`reading` walks the database, `exporting` keeps what it read in a file, `checking` judges records from either,
`heads` signs and reads the lane heads that are kept elsewhere, `schedule` exports them by itself.
"""
