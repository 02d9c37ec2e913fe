"""`make chaos`: kill the service and its database in every way under load, and look whether anything is lost."""
