"""Addresses of databases, rewritten without losing or showing anything."""

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from app.database_url import (
    DatabaseUrls,
    for_asyncpg,
    for_sqlalchemy,
    on_socket,
    with_database,
    with_role,
    without_password,
)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_every_spelling_becomes_what_each_driver_takes(scheme: str) -> None:
    url = f"{scheme}://u:p@db:5433/tongguan?sslmode=require"
    assert for_asyncpg(url) == "postgresql://u:p@db:5433/tongguan?sslmode=require"
    assert for_sqlalchemy(url) == "postgresql+asyncpg://u:p@db:5433/tongguan?ssl=require"


def test_another_role_keeps_place_and_options() -> None:
    url = with_role("postgresql://owner:o@db:5433/tongguan?sslmode=require", "service", "p@ss/wörd")
    assert url == "postgresql://service:p%40ss%2Fw%C3%B6rd@db:5433/tongguan?sslmode=require"


def test_a_role_is_added_to_an_address_without_one() -> None:
    assert with_role("postgresql://db/tongguan", "service", "p") == "postgresql://service:p@db/tongguan"


def test_another_database_keeps_the_rest() -> None:
    assert with_database("postgresql://u:p@db/one?x=1", "two") == "postgresql://u:p@db/two?x=1"


def test_the_password_is_not_shown() -> None:
    assert without_password("postgresql://u:secret@db/tongguan") == "postgresql://u@db/tongguan"
    assert without_password("postgresql://db/tongguan") == "postgresql://db/tongguan"
    assert "secret" not in repr(DatabaseUrls("postgresql://u:secret@db/x", "postgresql://u:secret@db/x"))


def test_a_socket_folder_with_strange_characters_survives_both_drivers() -> None:
    folder = Path('/srv/it\'s a "folder" & 100%?')
    url = on_socket(folder, "owner", "p+w %", "tongguan")
    read = make_url(for_sqlalchemy(url))
    assert read.query["host"] == str(folder)
    assert (read.username, read.password, read.database) == ("owner", "p+w %", "tongguan")
