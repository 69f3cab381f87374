"""Enter the plan, play the sample year, and print what came of it.

``python -m programme.play --endpoints .run/endpoints.json``; may be run again after it was cut off, and then plays on.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console

from programme.client import Doors
from programme.clocks import enter_clocks
from programme.councils import enter_council_regulations
from programme.plan import enter_plan
from programme.progress import Progress
from programme.reports import NUMBER, publish_report
from programme.story import indicators, show_indicators, show_story, trail
from programme.year import Year, play_year

TOLD_TASK = "T3"


def play(doors: Doors, console: Console) -> Year:
    """Enter the plan, play the year and report on it, with a bar for each chapter."""
    progress = Progress(console)
    console.print("Nạp chương trình theo Kế hoạch 134/KH-UBND", style="bold")
    plan = enter_plan(doors, progress)
    enter_clocks(doors, progress)
    enter_council_regulations(doors, progress)
    console.print("Chạy năm mẫu 2024 (DỮ LIỆU MẪU: mọi tên và số văn bản MAU đều là hư cấu)", style="bold")
    year = play_year(doors, plan, progress)
    for _ in progress.track([NUMBER], "Báo cáo năm gửi UBND thành phố"):
        publish_report(doors, plan, year)
    return year


def show(doors: Doors, console: Console, year: Year) -> None:
    """The indicators, what was refused, and the story of one decision."""
    heard = year.positions()
    console.print()
    show_indicators(console, indicators(doors, heard))
    console.print("\nNhững việc bị từ chối trong năm mẫu:", style="bold")
    for refused in year.refusals:
        console.print(f"  {refused.reason}: {refused.sentence}", highlight=False, soft_wrap=True)
    console.print()
    subject_id = year.task_ids[TOLD_TASK]
    show_story(console, list(trail(doors, subject_id, heard)), f"nhiệm vụ {TOLD_TASK}")


def main() -> None:
    """Play against the platform whose addresses a file names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoints", type=Path, default=Path(".run/endpoints.json"))
    endpoints = json.loads(parser.parse_args().endpoints.read_text(encoding="utf-8"))
    console = Console(width=None if Console().is_terminal else 120)
    doors = Doors({name: service["grpc"] for name, service in endpoints["services"].items()}, Path(endpoints["keys"]))
    try:
        show(doors, console, play(doors, console))
    finally:
        doors.close()


if __name__ == "__main__":
    main()
