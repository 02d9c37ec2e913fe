"""What the services of officers are tested with: the workers and the database of tests/services."""

from tests.services.conftest import (
    open_services,
    owner_connection,
    registered,
    registered_template,
    service_connection,
    services,
)

__all__ = ["open_services", "owner_connection", "registered", "registered_template", "service_connection", "services"]
