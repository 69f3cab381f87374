"""``python -m bench.audit.replaying MIRROR``: replay it, and print the seconds of one core and the MiB it took."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

from bench.audit.mirror import SERVICE, held
from services.audit.replay import Replay


def main(mirror: Path) -> None:
    log = held(mirror)
    began_at = time.process_time()
    replay = Replay({SERVICE: log.checkpoint.size})
    replay.run([log])
    replay.digest(SERVICE)
    print(time.process_time() - began_at, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
