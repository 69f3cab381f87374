"""``make run``: bring the platform up, load the programme where it is new, stay up until told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from deploy.local.environment import ask_this_machine_directly, python
from deploy.local.platform import PROJECT, Platform
from deploy.local.ports import ports_from
from deploy.local.trouble import Trouble

__all__ = ["main"]

FOLDER = Path(os.environ.get("NSCL_RUN_FOLDER", PROJECT / ".run")).resolve()


class Stopped(Exception):
    """Somebody asked the runner to stop."""


def main() -> int:
    """Run the platform until Ctrl-C, SIGTERM or the end of the terminal; 1 when it could not be brought up."""
    platform = None
    ask_this_machine_directly()
    try:
        platform = Platform(FOLDER, ports_from(os.environ), os.environ, say)
        for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signal_number, _raise_stopped)
        platform.start()
        play_once(platform)
        say(how_to_use(platform))
        stay_up(platform)
    except Stopped:
        say("\nStopping …")
    except Trouble as trouble:
        print(trouble, file=sys.stderr, flush=True)
        return 1
    finally:
        for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signal_number, signal.SIG_IGN)  # an impatient second Ctrl-C must not leave half of it running
        if platform:
            platform.stop()
    return 0


def say(line: str) -> None:
    print(line, flush=True)


def _raise_stopped(*_: object) -> None:
    raise Stopped


def play_once(platform: Platform) -> None:
    """Load the programme and play the sample year, unless that was done; one cut off half-way is played on."""
    played = platform.folder / "programme_played"
    if played.exists():
        say("The programme is loaded already.")
        return
    playing = subprocess.run(
        python("programme.play", "--endpoints", str(platform.folder / "endpoints.json")),
        env=platform.environment,
        check=False,
    )
    if playing.returncode:
        raise Trouble("Loading the programme failed, as said above; the next 'make run' goes on where it stopped.")
    played.touch()


def stay_up(platform: Platform) -> None:
    """Wait for a signal; ``Trouble`` if the supervisor goes away."""
    wait = threading.Event()
    while platform.supervisor.is_alive():
        wait.wait(1)
    raise Trouble(f"supervisord is gone; see {platform.folder / 'log' / 'supervisord.log'}. Start again.")


def how_to_use(platform: Platform) -> str:
    """Addresses, how to get a token, how to call a method, how to stop."""
    endpoints = platform.endpoints()
    services = endpoints["services"]
    doors = "\n".join(f"  {name:<10} {addresses['grpc']}" for name, addresses in services.items())
    return f"""
The platform is up. Its doors (gRPC):
{doors}
Every address: {platform.folder / "endpoints.json"}; logs: {platform.folder / "log"}

A token:  make -s token CAPACITY=programme_officer BODY=SKHCN
A call:   make -s token CAPACITY=programme_officer BODY=SKHCN | sed 's/^/Authorization: Bearer /' |
            .venv/bin/buf curl --protocol grpc --cacert {endpoints["authority"]} --header @- --data '{{}}' \\
            https://{services["registry"]["grpc"]}/nscl.registry.v1.RegistryService/ListEnterprises
Stop:     Ctrl-C here, or 'make stop' in another shell"""


if __name__ == "__main__":
    sys.exit(main())
