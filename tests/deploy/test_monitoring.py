from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.platform import PROJECT
from deploy.monitoring.dashboard import FILE, ROWS, dashboard

FOLDER = PROJECT / "deploy" / "monitoring"
PROMTOOL = PROJECT / "deploy" / "local" / "promtool.sh"
RUNBOOK = PROJECT / "docs" / "runbook.md"
ALERTS: dict[str, dict[str, Any]] = {
    rule["alert"]: rule
    for group in yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"]
    for rule in group["rules"]
}


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROMTOOL, *arguments], capture_output=True, text=True, check=False)


def test_each_alert_is_raised_by_what_it_is_for() -> None:
    tested = promtool("test", "rules", FOLDER / "alerts_test.yaml")
    assert tested.returncode == 0, tested.stderr + tested.stdout
    played = yaml.safe_load((FOLDER / "alerts_test.yaml").read_text())["tests"]
    raised = {each["alertname"] for test in played for each in test["alert_rule_test"] if each["exp_alerts"]}
    assert raised == set(ALERTS)


def test_an_alert_that_no_longer_fits_its_test_is_found(tmp_path: Path) -> None:
    for name in ("alerts.yaml", "alerts_test.yaml"):
        text = (FOLDER / name).read_text()
        (tmp_path / name).write_text(text.replace("(nscl_bus_parked) > 0", "(nscl_bus_parked) > 1"))
    assert promtool("test", "rules", tmp_path / "alerts_test.yaml").returncode == 1


def test_the_scrape_configuration_is_one(tmp_path: Path) -> None:
    scraped = yaml.safe_load((FOLDER / "scrape.yaml").read_text())
    for job in scraped["scrape_configs"]:  # Debian's promtool knows everything of it but how pods are discovered
        del job["kubernetes_sd_configs"]
        job["static_configs"] = [{"targets": ["127.0.0.1:9461"]}]
    scraped["rule_files"] = [str(FOLDER / "alerts.yaml")]
    (tmp_path / "scrape.yaml").write_text(yaml.safe_dump(scraped))
    checked = promtool("check", "config", tmp_path / "scrape.yaml")
    assert checked.returncode == 0, checked.stderr


def test_the_dashboard_is_the_one_that_the_code_draws() -> None:
    assert FILE.read_text(encoding="utf-8") == dashboard(), "run make dashboard"
    titles = [panel["title"] for panel in json.loads(FILE.read_text())["panels"] if panel["type"] != "row"]
    assert titles == [title for panels in ROWS.values() for title, *_ in panels]


def test_every_alert_has_its_section_in_the_runbook_and_no_section_is_for_none() -> None:
    assert re.findall(r"^## (\w+)$", RUNBOOK.read_text(), re.MULTILINE) == list(ALERTS)


@pytest.mark.parametrize("alert", list(ALERTS))
def test_an_alert_says_how_urgent_it_is_and_what_is_the_matter(alert: str) -> None:
    assert ALERTS[alert]["labels"]["severity"] in ("page", "ticket")
    assert ALERTS[alert]["annotations"]["summary"]
