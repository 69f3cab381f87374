"""The capacities in which people act at the doors, in Vietnamese."""

from __future__ import annotations

CAPACITIES = {
    "administrator": "quản trị dữ liệu",
    "auditor": "thanh tra",
    "city_leader": "lãnh đạo UBND",
    "council_member": "thành viên Hội đồng",
    "enterprise_representative": "đại diện cơ sở",
    "finance_appraiser": "thẩm định tài chính",
    "host_representative": "đại diện tổ chức thực hiện",
    "payment_officer": "kiểm soát chi",
    "programme_lead": "lãnh đạo Sở",
    "programme_officer": "chuyên viên",
    "reporting_officer": "phụ trách báo cáo",
    "scheme_officer": "quản lý chương trình khác",
    "service": "hệ thống",
    "standing_attestor": "xác nhận nghĩa vụ",
    "training_officer": "phụ trách đào tạo",
}
