"""Settings: defaults, refusals that say what to do, and a documentation page that tells the truth."""

import dataclasses
import re
from decimal import Decimal
from pathlib import Path

import pytest

from app.errors import SettingRefused
from app.settings import Settings, setting_fields, variable_names

REPOSITORY = Path(__file__).resolve().parents[2]
DOCUMENT = REPOSITORY / "docs" / "settings.md"


def test_nothing_set_means_the_embedded_database_on_this_machine_only() -> None:
    settings = Settings.from_environment({})
    assert settings.embedded
    assert settings.demo_wanted
    assert (settings.api.host, settings.api.port) == ("127.0.0.1", 8000)
    assert settings.keyring_path == settings.service.home / "keyring.json"


def test_a_named_database_gets_no_demo_parties_unless_asked() -> None:
    named = {"DATABASE_URL": "postgresql://owner@db/tongguan"}
    assert not Settings.from_environment(named).demo_wanted
    assert Settings.from_environment(named | {"TONGGUAN_DEMO": "1"}).demo_wanted


def test_the_prefixed_variable_wins_over_the_bare_one() -> None:
    assert Settings.from_environment({"PORT": "1", "TONGGUAN_PORT": "2"}).api.port == 2


def test_only_the_documented_variables_are_read_without_prefix() -> None:
    assert Settings.from_environment({"WORKERS": "9", "HOME": "/elsewhere"}) == Settings.from_environment({})


def test_an_empty_variable_counts_as_unset() -> None:
    assert Settings.from_environment({"TONGGUAN_INSPECTION_RATE": ""}).rules.inspection_rate is None


def test_an_inspection_rate_of_zero_is_not_the_same_as_none() -> None:
    assert Settings.from_environment({"TONGGUAN_INSPECTION_RATE": "0"}).rules.inspection_rate == Decimal(0)


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("PORT", "http", "write a whole number from 1 to 65535"),
        ("TONGGUAN_PORT", "٨٠٨٠", "write a whole number"),
        ("TONGGUAN_WORKERS", "0", "from 1 to 64"),
        ("TONGGUAN_DEMO", "maybe", "write 1 for yes or 0 for no"),
        ("TONGGUAN_INSPECTION_RATE", "NaN", "from 0 to 1"),
        ("TONGGUAN_INSPECTION_RATE", "5%", "for example 0.05"),
        ("TONGGUAN_LOG_LEVEL", "loud", "debug, info"),
        ("DATABASE_URL", "mysql://db/x", "postgresql://USER:PASSWORD@HOST:PORT/DATABASE"),
        ("DATABASE_URL", "postgresql://db", "names no database"),
        ("TONGGUAN_HOME", "a\0b", "plain path"),
        ("TONGGUAN_INSTANCE", "a\nb", "plain text"),
    ],
)
def test_a_refusal_names_the_variable_and_says_what_to_write(name: str, value: str, advice: str) -> None:
    with pytest.raises(SettingRefused) as refusal:
        Settings.from_environment({name: value})
    assert str(refusal.value).startswith(name)
    assert advice in str(refusal.value)


def test_all_faulty_variables_are_reported_at_once() -> None:
    with pytest.raises(SettingRefused) as refusal:
        Settings.from_environment({"PORT": "x", "TONGGUAN_WORKERS": "x", "TONGGUAN_DEMO": "x"})
    assert len(str(refusal.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [("TONGGUAN_REQUIRE_SIGNATUR", "TONGGUAN_REQUIRE_SIGNATURE"), ("TONGGUAN_TEST_CLOK", "TONGGUAN_TEST_CLOCK")],
)
def test_a_misspelt_variable_is_refused_with_the_likely_name(misspelt: str, meant: str) -> None:
    with pytest.raises(SettingRefused, match=f"did you mean {meant}"):
        Settings.from_environment({misspelt: "1"})


def test_a_database_password_is_not_repeated_in_a_refusal() -> None:
    with pytest.raises(SettingRefused) as refusal:
        Settings.from_environment({"DATABASE_URL": "mysql://owner:hunter2@db/x"})
    assert "hunter2" not in str(refusal.value)


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    documented = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE))
    expected = {variable_names(field)[0] for field in setting_fields()}
    assert set(documented) == expected


def test_the_documented_numbers_and_flags_are_the_defaults() -> None:
    documented = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE))
    defaults = Settings.from_environment({})
    groups = [getattr(defaults, group.name) for group in dataclasses.fields(defaults)]
    values = {field.name: getattr(group, field.name) for group in groups for field in dataclasses.fields(group)}
    for field in setting_fields():
        if isinstance(values[field.name], int):
            assert documented[variable_names(field)[0]] == str(int(values[field.name])), field.name


def test_every_variable_without_prefix_is_documented() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for field in setting_fields():
        for name in variable_names(field):
            assert f"`{name}`" in text
