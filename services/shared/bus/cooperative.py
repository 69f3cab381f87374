"""Make the standard library and psycopg2 give way to other greenlets.

A bus process imports this before anything else: a socket, lock or thread made earlier would block all of it.
psycopg2 waits through the hub from here on (psycopg 3 cannot, which is why this project does not use it).
"""

from __future__ import annotations

import sys
import warnings

_TOO_EARLY = {"grpc", "psycopg2", "kombu", "nameko"} & sys.modules.keys()
if _TOO_EARLY:
    raise ImportError(f"{__name__} must be imported first; loaded already: {', '.join(sorted(_TOO_EARLY))}")

warnings.filterwarnings("ignore", r"\s*Eventlet is deprecated")  # nameko stands on it, and nobody can log yet

import eventlet  # noqa: E402 - nothing is to be loaded when the check above fails

eventlet.monkey_patch()
