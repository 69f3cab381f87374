"""Why norms were not proposed, adopted or applied: one type per reason."""

from __future__ import annotations

from services.shared.refusals import Invalid, Refusal


class NormNamedTwice(Invalid):
    """A content has one norm in a set."""

    sentence = "Nội dung {content_code} có hai định mức trong cùng một bộ."


class RateOutOfRange(Invalid):
    """A share lies between 1 and 100 percent; a flat norm and a table by size have none of their own."""

    sentence = "Tỷ lệ hỗ trợ phải từ 1 đến 100 phần trăm; định mức khoán và định mức theo quy mô không có tỷ lệ chung."


class CapMisplaced(Invalid):
    """Every norm has a cap, a table by size one in each row instead."""

    sentence = "Định mức phải có mức trần; định mức theo quy mô chỉ có mức trần ở từng quy mô."


class SizeTableMisplaced(Invalid):
    """A norm by size has a table, and no other has."""

    sentence = "Bảng theo quy mô là bắt buộc với định mức theo quy mô và không dùng cho định mức khác."


class SizeNamedTwice(Invalid):
    """A size class has one row in a table."""

    sentence = "Một quy mô có hai dòng trong cùng một bảng."


class PaidWithoutCertificate(Invalid):
    """A flat norm pays for a certificate, and so does any norm of a certification: not before there is one."""

    sentence = "Định mức cho nội dung {content_code} chỉ được chi trả sau khi có chứng chỉ."


class LimitNamedTwice(Invalid):
    """A limit's code stands for one limit of the set."""

    sentence = "Hạn mức {limit_code} được nêu hai lần."


class LimitWithoutFigure(Invalid):
    """A limit bounds money, grants or both."""

    sentence = "Hạn mức {limit_code} phải nêu số tiền hoặc số suất tối đa trong năm."


class NormsEndBeforeTheyStart(Invalid):
    """The last day lies before the first."""

    sentence = "Ngày hết hiệu lực không được trước ngày có hiệu lực."


class SupersedesItself(Invalid):
    """A version takes the place of an earlier one."""

    sentence = "Phiên bản được thay thế phải là phiên bản trước phiên bản này."


class NormsAlreadyAdopted(Refusal):
    """Adopted norms stay as they are; a change is a new version."""

    sentence = "Bộ định mức này đã được ban hành."


class NormsNotAdopted(Refusal):
    """Nobody is granted anything by a draft."""

    sentence = "Bộ định mức {code} phiên bản {norms_version} chưa được ban hành."


class NormsNotInForce(Refusal):
    """The decision's day lies outside the norms' validity."""

    sentence = "Bộ định mức {code} không có hiệu lực vào ngày {on:%d/%m/%Y}."


class NormsOverlap(Refusal):
    """On one day one version of a set is in force, unless the later names the earlier as the one it supersedes."""

    sentence = (
        "Bộ định mức {code} phiên bản {norms_version} có hiệu lực chồng lên phiên bản {other_version} "
        "mà không thay thế phiên bản đó."
    )


class SupersededNormsNotInForce(Refusal):
    """What is superseded was adopted, and starts earlier than what takes its place."""

    sentence = "Phiên bản {norms_version} của bộ định mức {code} không thể bị thay thế từ ngày {on:%d/%m/%Y}."


class NormsEndOutsideValidity(Invalid):
    """Norms end early on one of their days, before the last they had."""

    sentence = "Ngày hết hiệu lực sớm phải nằm trong thời gian hiệu lực của bộ định mức."


class NormsOfAnotherCatalogue(Refusal):
    """A task is granted money by the norms of the catalogue whose contents it supports."""

    sentence = "Bộ định mức {code} thuộc danh mục của một kế hoạch khác."


class ContentWithoutNorm(Refusal):
    """There is no norm by which to compute the amount."""

    sentence = "Bộ định mức không có mức hỗ trợ cho nội dung {content_code}."


class EnterpriseSizeUnknown(Refusal):
    """A table by size needs the enterprise's size class, which the screening keeps with its source."""

    sentence = "Chưa xác định quy mô của cơ sở nên chưa tính được mức hỗ trợ nội dung {content_code} theo quy mô."


class SizeNotSupported(Refusal):
    """The table has no row for enterprises of this size."""

    sentence = "Định mức nội dung {content_code} không áp dụng cho cơ sở có quy mô {size}."
