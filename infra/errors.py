"""The one error of the infra programs, so that each ends with a sentence instead of a traceback."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class InfraError(Exception):
    """Something a person can put right; the text says what happened and what to do."""


def run_command(main: Callable[[], int]) -> None:
    """Run a command-line program and exit with its code.

    Args:
        main: Returns the exit code. An `InfraError` is printed as one message and exits with 1; Ctrl-C with 130.
    """
    try:
        code = main()
    except InfraError as error:
        print(f"error: {error}", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
