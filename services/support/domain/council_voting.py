"""What a member's score sheet has to hold, and what all sheets together come to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from services.support.domain.council_refusals import (
    PointsOutOfRange,
    ScoreSheetIncomplete,
    VoteMissing,
    VoteNotAskedFor,
)
from services.support.domain.council_terms import CouncilRules, Points, ScoreSheet, Share, Vote

__all__ = ["Outcome", "must_be_filled_in"]


def must_be_filled_in(points: tuple[Points, ...], vote: Vote | None, rules: CouncilRules, *, votes: bool) -> None:
    """Each criterion has its points, and there is a vote where members ``votes``.

    Raises ScoreSheetIncomplete, PointsOutOfRange, VoteMissing and VoteNotAskedFor.
    """
    most_points_of = {criterion.code: criterion.most_points for criterion in rules.criteria}
    if sorted(given.criterion_code for given in points) != sorted(most_points_of):
        raise ScoreSheetIncomplete("points")
    for index, given in enumerate(points):
        most_points = most_points_of[given.criterion_code]
        if not 0 <= given.points <= most_points:
            raise PointsOutOfRange(
                f"points[{index}].points", criterion_code=given.criterion_code, most_points=most_points
            )
    if votes and vote is None:
        raise VoteMissing("vote")
    if vote and not votes:
        raise VoteNotAskedFor("vote")


@dataclass(frozen=True)
class Outcome:
    """What the sheets come to: their average in hundredths of a point, and whether that passes."""

    average_hundredths: int
    passed: bool

    @classmethod
    def of(cls, sheets: Collection[ScoreSheet], rules: CouncilRules, least_share_for: Share | None) -> Self:
        """The average is the sum of all sheets over their number, rounded down.

        Where members vote, enough of them are in favour besides.
        """
        average_hundredths = sum(sheet.total_points for sheet in sheets) * 100 // len(sheets)
        in_favour = sum(sheet.vote is Vote.FOR for sheet in sheets)
        wanted = least_share_for.of(len(sheets)) if least_share_for else 0
        return cls(average_hundredths, average_hundredths >= rules.pass_mark_points * 100 and in_favour >= wanted)
