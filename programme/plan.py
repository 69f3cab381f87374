"""Enter plan 134/KH-UBND into its owners' logs: bodies and units to registry, catalogue and norms to support,
objectives, tasks and indicators to reporting. The files under ``plan_134_2021/`` are the plan's own words as data.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from google.type.date_pb2 import Date
from nscl.common.v1.act_pb2 import Basis
from nscl.registry.v1 import particulars_resources_pb2 as sizes
from nscl.registry.v1 import particulars_service_pb2 as particulars
from nscl.registry.v1 import registry_service_pb2 as registry
from nscl.reporting.v1 import reporting_service_pb2 as reporting
from nscl.support.v1 import budget_service_pb2 as budget
from nscl.support.v1 import claim_resources_pb2 as claim_resources
from nscl.support.v1 import claim_service_pb2 as claims
from nscl.support.v1 import norm_resources_pb2 as norm_resources
from nscl.support.v1 import priority_service_pb2 as priorities
from nscl.support.v1 import support_resources_pb2 as resources
from nscl.support.v1 import support_service_pb2 as support

from programme.client import Doors
from programme.people import ADMINISTRATOR, OFFICER, VICE_CHAIRMAN
from programme.progress import Progress

FILES = Path(__file__).parent / "plan_134_2021"
SAMPLE_NORMS = Path(__file__).parent / "sample_norms"
PLAN = "134/KH-UBND"
ADOPTED_ON = date(2021, 6, 30)
UNITS_LAW = "1668/NQ-UBTVQH15"
UNITS_VALID_FROM = date(2025, 7, 1)
CITY = "92"


@dataclass(frozen=True)
class EnteredPlan:
    """Ids of the records that the plan became."""

    catalogue_id: str
    norms_id: str
    plan_id: str


def read(name: str) -> Any:
    """The content of one YAML file of the plan."""
    return yaml.safe_load((FILES / name).read_text(encoding="utf-8"))


def day(value: date) -> Date:
    """A calendar day as the doors take it."""
    return Date(year=value.year, month=value.month, day=value.day)


def basis(document: str, effective_on: date) -> Basis:
    """On what an act rests, and from when it counts."""
    return Basis(document=document, effective_on=day(effective_on))


def enter_plan(doors: Doors, progress: Progress) -> EnteredPlan:
    """Enter all of the plan; what stands in a log already is answered from there."""
    _enter_bodies(doors, progress)
    _enter_units(doors, progress)
    _enter_size_rule(doors, progress)
    catalogue_id = _enter_catalogue(doors, progress)
    norms_id = _enter_norms(doors, progress, catalogue_id)
    _enter_budget_rules(doors, progress, catalogue_id)
    _enter_priority_rules(doors, progress, catalogue_id)
    _enter_claim_rules(doors, progress)
    return EnteredPlan(catalogue_id, norms_id, _enter_objectives(doors, progress))


def _enter_bodies(doors: Doors, progress: Progress) -> None:
    for body in progress.track(read("bodies.yaml"), "Cơ quan, tổ chức"):
        request = registry.EstablishBodyRequest(
            basis=basis(PLAN, max(body["established_on"], ADOPTED_ON)),
            code=body["code"],
            name=body["name"],
            established_on=day(body["established_on"]),
            predecessors=[
                registry.PredecessorBody(code=earlier["code"], name=earlier["name"], ended_on=day(earlier["ended_on"]))
                for earlier in body.get("predecessors", ())
            ],
            attests=registry.StandingField.Value(f"STANDING_FIELD_{body.get('attests', 'UNSPECIFIED')}"),
        )
        doors.ask(ADMINISTRATOR, doors.registry.EstablishBody, request)


def _enter_size_rule(doors: Doors, progress: Progress) -> None:
    """The sample rule by which micro, small and medium enterprises are told apart."""
    sample = read("size_rule_sample.yaml")
    request = particulars.AdoptSizeRuleRequest(
        basis=basis(sample["legal_basis"], sample["valid_from"]),
        valid_from=day(sample["valid_from"]),
        limits=[
            sizes.SizeLimit(
                sector=sizes.SizeSector.Value(f"SIZE_SECTOR_{limit.pop('sector')}"),
                size=sizes.EnterpriseSize.Value(f"ENTERPRISE_SIZE_{limit.pop('size')}"),
                **limit,
            )
            for limit in sample["limits"]
        ],
        sample=sample["sample"],
    )
    for whole in progress.track([request], "Quy tắc xác định quy mô (mẫu)"):
        doors.ask(ADMINISTRATOR, doors.particulars.AdoptSizeRule, whole)


def _enter_units(doors: Doors, progress: Progress) -> None:
    kinds = {"phường": registry.UNIT_KIND_WARD, "xã": registry.UNIT_KIND_COMMUNE}
    extents = {"whole": registry.MERGER_EXTENT_WHOLE, "partial": registry.MERGER_EXTENT_PARTIAL}
    request = registry.PublishUnitsRequest(
        basis=basis(UNITS_LAW, UNITS_VALID_FROM),
        province_code=CITY,
        valid_from=day(UNITS_VALID_FROM),
        units=[
            registry.PublishedUnit(code=row["code"], name=row["name"], kind=kinds[row["kind"]])
            for row in _rows("units.csv")
        ],
        predecessors=[
            registry.PublishedPredecessor(
                code=row["code"],
                old_code=row["old_code"],
                old_name=row["old_name"],
                old_district_code=row["old_district_code"],
                old_province_code=row["old_province_code"],
                extent=extents[row["extent"]],
            )
            for row in _rows("unit_predecessors.csv")
        ],
    )
    for whole in progress.track([request], "Đơn vị hành chính"):
        doors.ask(ADMINISTRATOR, doors.registry.PublishUnits, whole)


def _enter_catalogue(doors: Doors, progress: Progress) -> str:
    catalogue = read("catalogue.yaml")

    def articles(name: str) -> list[resources.Article]:
        return [
            resources.Article(code=row["code"], text=row.get("text") or row["name"], place=row["source"])
            for row in catalogue[name]
        ]

    request = support.AdoptCatalogueRequest(
        basis=basis(catalogue["document"], catalogue["adopted_on"]),
        contents=[
            resources.Content(
                code=row["code"],
                name=row["name"],
                group=row["group"],
                kind=resources.ContentKind.Value(f"CONTENT_KIND_{row['kind']}"),
                place=row["source"],
            )
            for row in catalogue["contents"]
        ],
        target_groups=articles("target_groups"),
        conditions=[
            resources.Condition(
                code=row["code"], text=row["text"], place=row["source"], rule_version=row["rule_version"]
            )
            for row in catalogue["conditions"]
        ],
        priorities=articles("priorities"),
        principles=articles("principles"),
        sources=articles("sources_of_money"),
    )
    for whole in progress.track([request], "Danh mục nội dung hỗ trợ"):
        answer = doors.ask(ADMINISTRATOR, doors.support.AdoptCatalogue, whole)
    return answer.catalogue.catalogue_id


def _enter_norms(doors: Doors, progress: Progress, catalogue_id: str) -> str:
    """The sample norms of the year that is played; beside them, as further samples, those of other provinces."""
    for path in progress.track(sorted(SAMPLE_NORMS.glob("*.yaml")), "Định mức của các tỉnh khác (mẫu)"):
        _enter_norm_set(doors, catalogue_id, yaml.safe_load(path.read_text(encoding="utf-8")))
    for sample in progress.track([read("norms_sample.yaml")], "Định mức hỗ trợ (mẫu)"):
        norms_id = _enter_norm_set(doors, catalogue_id, sample)
    return norms_id


def _enter_norm_set(doors: Doors, catalogue_id: str, sample: dict[str, Any]) -> str:
    """Drafted by an officer, adopted by another person, marked as sample wherever they show."""
    request = support.ProposeNormsRequest(
        basis=basis("MAU-01/TTr-SKHCN", sample["valid_from"]),
        catalogue_id=catalogue_id,
        code=sample["code"],
        norms_version=sample["norms_version"],
        legal_basis=sample["legal_basis"],
        valid_from=day(sample["valid_from"]),
        valid_until=day(sample["valid_until"]) if sample["valid_until"] else None,
        sample=sample["sample"],
        norms=[_norm(content_code, row) for row in sample["norms"] for content_code in row["content_codes"]],
        limits=[
            norm_resources.YearlyLimit(**{**row, "scope": f"LIMIT_SCOPE_{row['scope']}"})
            for row in sample.get("limits", ())
        ],
    )
    proposed = doors.ask(OFFICER, doors.support.ProposeNorms, request)
    adopt = support.AdoptNormsRequest(
        basis=basis("MAU-02/QĐ-UBND", sample["valid_from"]), norms_id=proposed.norms.norms_id
    )
    return doors.ask(VICE_CHAIRMAN, doors.support.AdoptNorms, adopt).norms.norms_id


def _norm(content_code: str, row: dict[str, Any]) -> resources.Norm:
    return resources.Norm(
        content_code=content_code,
        kind=resources.NormKind.Value(f"NORM_KIND_{row['kind']}"),
        rate_percent=row.get("rate_percent", 0),
        cap_vnd=row.get("cap_vnd", 0),
        pays_after_certificate=row.get("pays_after_certificate", False),
        tiers=[
            norm_resources.SizeTier(**{**tier, "size": f"ENTERPRISE_SIZE_{tier['size']}"})
            for tier in row.get("tiers", ())
        ],
    )


def _enter_budget_rules(doors: Doors, progress: Progress, catalogue_id: str) -> None:
    """The sample rules of the budget: drafted by an officer, adopted by another person, marked as sample."""
    sample = read("budget_rules_sample.yaml")
    request = budget.ProposeBudgetRulesRequest(
        basis=basis("MAU-03/TTr-SKHCN", sample["valid_from"]),
        catalogue_id=catalogue_id,
        rules_version=sample["rules_version"],
        legal_basis=sample["legal_basis"],
        valid_from=day(sample["valid_from"]),
        sample=sample["sample"],
        averaged_years=sample["averaged_years"],
        averaged_source_codes=sample["averaged_source_codes"],
    )
    for whole in progress.track([request], "Quy tắc dự toán (mẫu)"):
        proposed = doors.ask(OFFICER, doors.budget.ProposeBudgetRules, whole)
        adopt = budget.AdoptBudgetRulesRequest(
            basis=basis("MAU-04/QĐ-UBND", sample["valid_from"]), budget_rules_id=proposed.budget_rules.budget_rules_id
        )
        doors.ask(VICE_CHAIRMAN, doors.budget.AdoptBudgetRules, adopt)


def _enter_claim_rules(doors: Doors, progress: Progress) -> None:
    """The sample rules against double funding: drafted by an officer, adopted by another person, marked as sample."""
    sample = read("claim_rules_sample.yaml")
    request = claims.ProposeClaimRulesRequest(
        basis=basis("MAU-05/TTr-SKHCN", sample["valid_from"]),
        rules_version=sample["rules_version"],
        legal_basis=sample["legal_basis"],
        valid_from=day(sample["valid_from"]),
        sample=sample["sample"],
        scopes=[
            claim_resources.ClaimScope(
                content_codes=scope.get("content_codes", ()),
                window_kind=claim_resources.WindowKind.Value(f"WINDOW_KIND_{scope['window_kind']}"),
                window_length=scope["window_length"],
                unit=claim_resources.ClaimUnit.Value(f"CLAIM_UNIT_{scope['unit']}"),
            )
            for scope in sample["scopes"]
        ],
        possible_links=[claim_resources.LinkKind.Value(f"LINK_KIND_{kind}") for kind in sample["possible_links"]],
        valid_days=sample["valid_days"],
    )
    for whole in progress.track([request], "Quy tắc chống trùng lắp (mẫu)"):
        proposed = doors.ask(OFFICER, doors.claims.ProposeClaimRules, whole)
        adopt = claims.AdoptClaimRulesRequest(
            basis=basis("MAU-06/QĐ-UBND", sample["valid_from"]), claim_rules_id=proposed.claim_rules.claim_rules_id
        )
        doors.ask(VICE_CHAIRMAN, doors.claims.AdoptClaimRules, adopt)


def _enter_objectives(doors: Doors, progress: Progress) -> str:
    plan = read("plan.yaml")
    request = reporting.AdoptPlanRequest(
        basis=basis(plan["document"], plan["adopted_on"]),
        title=plan["title"],
        issuer=plan["issuer"],
        issued_on=day(plan["adopted_on"]),
        legal_basis=plan["legal_basis"],
        objectives=[
            reporting.Objective(
                code=row["code"], kind=reporting.ObjectiveKind.Value(f"OBJECTIVE_KIND_{row['kind']}"), text=row["text"]
            )
            for row in plan["objectives"]
        ],
        tasks=[reporting.PlanTask(code=row["code"], section=row["section"], text=row["text"]) for row in plan["tasks"]],
        indicators=[_indicator(row) for row in plan["indicators"]],
        body_roles=[reporting.BodyRole(body=row["code"], role=row["role"]) for row in read("bodies.yaml")],
    )
    for whole in progress.track([request], "Mục tiêu, nhiệm vụ, chỉ tiêu"):
        answer = doors.ask(ADMINISTRATOR, doors.reporting.AdoptPlan, whole)
    return answer.plan.plan_id


def _indicator(row: dict[str, Any]) -> reporting.Indicator:
    return reporting.Indicator(
        code=row["code"],
        name=row["name"],
        unit=reporting.IndicatorUnit.Value(f"INDICATOR_UNIT_{row['unit']}"),
        targets=[
            reporting.Target(
                year=target["year"],
                qualifier=reporting.Qualifier.Value(f"QUALIFIER_{target['qualifier']}"),
                value=target["value"],
            )
            for target in row["targets"]
        ],
        counting_rule=row["counting_rule"],
        note=row["note"],
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (FILES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _enter_priority_rules(doors: Doors, progress: Progress, catalogue_id: str) -> None:
    """The sample weights of the plan's priorities: drafted by an officer, adopted by another person."""
    for sample in progress.track([read("priority_rules_sample.yaml")], "Quy tắc ưu tiên (mẫu)"):
        proposal = priorities.ProposePriorityRulesRequest(
            basis=basis("MAU-05/TTr-SKHCN", sample["valid_from"]),
            catalogue_id=catalogue_id,
            legal_basis=sample["legal_basis"],
            valid_from=day(sample["valid_from"]),
            sample=sample["sample"],
            weights=[priorities.PriorityWeight(**weight) for weight in sample["weights"]],
            order=[priorities.OrderKey.Value(f"ORDER_KEY_{key}") for key in sample["order"]],
        )
        proposed = doors.ask(OFFICER, doors.priorities.ProposePriorityRules, proposal).priority_rules
        adoption = priorities.AdoptPriorityRulesRequest(
            basis=basis("MAU-06/QĐ-UBND", sample["valid_from"]),
            catalogue_id=catalogue_id,
            rules_version=proposed.versions[-1].rules_version,
        )
        doors.ask(VICE_CHAIRMAN, doors.priorities.AdoptPriorityRules, adoption)
