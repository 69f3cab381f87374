"""``python -m bench.audit.verification MIRROR``: verify it, and print the seconds of one core and the MiB it took."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

from bench.audit.mirror import SERVICE, held
from services.audit.archive import Folder, policy_of
from services.audit.verify import Verification


def main(mirror: Path) -> None:
    log, policy = held(mirror), policy_of(Folder(mirror))
    began_at = time.process_time()
    for finding in Verification(log, policy, {SERVICE: log}).findings():
        raise AssertionError(finding)
    print(time.process_time() - began_at, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
