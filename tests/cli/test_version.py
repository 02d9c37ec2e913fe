"""Which release is installed, said by the command line."""

from importlib.metadata import version

from typer.testing import CliRunner

from app.cli import app


def test_the_version_is_the_installed_one() -> None:
    answer = CliRunner().invoke(app, ["--version"])
    assert (answer.exit_code, answer.output) == (0, f"tongguan {version('tongguan')}\n")
