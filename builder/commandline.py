"""What the verbs of the command line share: the group that reports problems, and common options."""

from __future__ import annotations

import datetime as dt
import errno
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from builder.errors import BuilderError
from builder.report import print_problems

_REFUSED_BY_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
POLICIES = click.Choice(["auto", "never", "always"])


class VerbGroup(click.Group):
    """Prints problems and sets the exit status: 1 the log has problems, 2 wrong usage, 3 the store is damaged.

    `elsewhere` has verbs that are imported when somebody needs them: name -> `module:function`.
    """

    def __init__(self, *arguments: Any, elsewhere: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._elsewhere = elsewhere

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted({*super().list_commands(context), *self._elsewhere})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in self._elsewhere:
            module, _, function = self._elsewhere[name].partition(":")
            return getattr(import_module(module), function)
        return super().get_command(context, name)

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        """Let `--log DIR` stand behind the verb as well as before it."""
        for index, argument in enumerate(arguments):
            if argument == "--log" or argument.startswith("--log="):
                taken = arguments[index : index + (2 if argument == "--log" else 1)]
                rest = arguments[:index] + arguments[index + len(taken) :]
                return super().parse_args(context, taken + rest)
        return super().parse_args(context, arguments)

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except BuilderError as error:
            print_problems(error.problems, root=context.params.get("root") or Path())
            context.exit(error.exit_status)
        except BrokenPipeError:
            context.exit(1)
        except OSError as error:
            if error.errno not in _REFUSED_BY_THE_DISK:
                raise
            click.echo(f"error: cannot write {error.filename or 'a file'}: {error.strerror}; free some space", err=True)
            context.exit(1)
        except KeyboardInterrupt:
            click.echo("stopped; what was recorded stays recorded", err=True)
            context.exit(130)


def read_date(context: click.Context, parameter: click.Parameter, value: str | None) -> dt.date | None:
    """Read an option that is a day."""
    try:
        return dt.date.fromisoformat(value) if value else None
    except ValueError:
        raise click.BadParameter(f"'{value}' is not a date; write YYYY-MM-DD") from None


today_option = click.option(
    "--today", metavar="DATE", callback=read_date, help="Act as if it were this day (YYYY-MM-DD)."
)
run_option = click.option(
    "--run", "policy", type=POLICIES, default="auto", help="Run missing demo calls, none, or all.", show_default=True
)
device_option = click.option(
    "--device",
    default="auto",
    metavar="DEVICE",
    show_default=True,
    help="auto (every GPU), cuda[:N], mps or cpu; several with commas.",
)
