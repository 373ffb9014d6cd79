"""A module as a script."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from inspect import signature
from typing import Any

from moorings.core.errors import InputError


def run_script(main: Callable[..., None]) -> None:
    """Call `main` with the arguments of the process, one for each of its parameters."""
    module: Any = sys.modules[main.__module__]
    parser = ArgumentParser(prog=f"python -m {module.__spec__.name}", description=module.__doc__)
    for name in signature(main).parameters:
        parser.add_argument(name, metavar=name.upper())
    try:
        main(**vars(parser.parse_args()))
    except (InputError, OSError) as error:
        parser.error(str(error))
