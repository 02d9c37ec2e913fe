"""The files that the embedded server is started with, and the user that may reach them."""

import os
from pathlib import Path

import pytest

from app.embedded import account as accounts
from app.embedded.account import (
    CAP_DAC_OVERRIDE,
    CAP_DAC_READ_SEARCH,
    CAP_SETPCAP,
    CHANGE_OF_USER,
    server_account,
)
from app.embedded.configuration import Tuning, server_settings
from app.embedded.layout import SUN_PATH_BYTES, Layout, prepare_socket_folder
from app.errors import DatabaseRefused


def test_an_evidence_keeping_server_waits_for_the_disk() -> None:
    text = server_settings(Path("/s"), Tuning())
    for line in ("fsync = on", "synchronous_commit = on", "full_page_writes = on", "listen_addresses = ''"):
        assert line in text.splitlines()


def test_its_own_log_quotes_no_values() -> None:
    lines = server_settings(Path("/s"), Tuning()).splitlines()
    assert "log_error_verbosity = terse" in lines
    assert "log_min_error_statement = panic" in lines


def test_an_operator_s_own_file_is_read_last() -> None:
    assert server_settings(Path("/s"), Tuning()).splitlines()[-1] == "include_if_exists = 'postgresql.local.conf'"


def test_a_folder_with_quotes_is_one_element_of_the_list() -> None:
    text = server_settings(Path('/it\'s a "folder"'), Tuning())
    assert 'unix_socket_directories = \'"/it\'\'s a ""folder"""\'' in text


@pytest.mark.parametrize("name", ["l" * 120, "a,b", "a:b", "tab\tbed"])
def test_a_socket_that_drivers_could_not_find_lies_elsewhere(short_folder: Path, name: str) -> None:
    layout = Layout(short_folder / name)
    layout.prepare()
    account = server_account(layout.data, [layout.run])
    folder = prepare_socket_folder(layout, account)
    assert folder != layout.near_socket
    assert len(str(folder / ".s.PGSQL.5432")) <= SUN_PATH_BYTES
    assert folder.stat().st_mode & 0o777 == 0o700
    assert prepare_socket_folder(layout, account) == folder, "the second start finds the same folder"
    folder.rmdir()


def test_a_socket_folder_outside_home_that_somebody_else_made_is_refused(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(short_folder))
    layout = Layout(short_folder / ("l" * 120))
    layout.prepare()
    account = server_account(layout.data, [])
    trap = prepare_socket_folder(layout, account)
    trap.rmdir()
    trap.symlink_to(short_folder)
    with pytest.raises(DatabaseRefused, match="mode 0700"):
        prepare_socket_folder(layout, account)


@pytest.mark.parametrize(
    ("held", "chosen"),
    [
        (1 << CAP_DAC_READ_SEARCH | 1 << CAP_DAC_OVERRIDE | 1 << CAP_SETPCAP, CAP_DAC_READ_SEARCH),
        (1 << CAP_DAC_OVERRIDE | 1 << CAP_SETPCAP, CAP_DAC_OVERRIDE),
    ],
)
def test_the_lesser_capability_is_preferred(monkeypatch: pytest.MonkeyPatch, held: int, chosen: int) -> None:
    monkeypatch.setattr(accounts, "_permitted_capabilities", lambda: held)
    assert accounts._available_capability() == chosen


@pytest.mark.parametrize("held", [0, 1 << CAP_DAC_READ_SEARCH, 1 << CAP_SETPCAP])
def test_a_system_that_withholds_capabilities_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch, held: int) -> None:
    monkeypatch.setattr(accounts, "_permitted_capabilities", lambda: held)
    with pytest.raises(DatabaseRefused, match="Start the service as a normal user"):
        accounts._available_capability()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands its server to another user")
def test_no_capability_is_kept_where_none_is_needed(short_folder: Path) -> None:
    short_folder.chmod(0o755)
    assert server_account(short_folder / "postgres", [short_folder]).capability is None
    short_folder.chmod(0o700)
    assert server_account(short_folder / "postgres", [short_folder]).capability == CAP_DAC_READ_SEARCH


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of others")
def test_data_that_belongs_to_root_is_refused_with_the_command_that_helps(short_folder: Path) -> None:
    data = short_folder / "postgres"
    data.mkdir()
    with pytest.raises(DatabaseRefused, match="chown -R"):
        server_account(data, [])
    os.chown(data, 4242, 4243)
    found = server_account(data, [])
    assert (found.uid, found.gid) == (4242, 4243), "data made by a normal user stays that user's"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands its server to another user")
@pytest.mark.parametrize("withheld", CHANGE_OF_USER)
def test_a_root_that_may_not_become_another_user_is_told_so(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch, withheld: int
) -> None:
    monkeypatch.setattr(accounts, "_permitted_capabilities", lambda: ~(1 << withheld))
    with pytest.raises(DatabaseRefused, match="CAP_SETUID, CAP_SETGID and CAP_CHOWN are withheld"):
        server_account(short_folder / "postgres", [])
