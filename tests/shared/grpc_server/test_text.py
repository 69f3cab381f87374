from __future__ import annotations

import unicodedata

import pytest

from services.shared.grpc_server.text import foreign_sign, has_controls, tidied


@pytest.mark.parametrize(
    "text",
    [
        "Hợp tác xã Nông nghiệp Đại Nghĩa",
        "CÔNG TY TNHH MỘT THÀNH VIÊN “Ngọc Ánh” – chi nhánh 2",
        "Bột gạo 25 kg, độ ẩm ≤ 14%, diện tích 120 m²",
        "Ưu đãi ½ giá; 37 °C; 50.000₫",
        "Café Zürich",
    ],
)
def test_vietnamese_and_latin_text_is_at_home(text: str) -> None:
    assert foreign_sign(text) is None
    assert not has_controls(text, lines=False)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Cоng ty", "о"),  # a Cyrillic о among Latin letters
        ("公司", "公"),
        ("Công ty 🚀", "🚀"),
        ("Ελλάς", "Ε"),
        ("\uff26ullwidth", "\uff26"),
        ("𝐁old", "𝐁"),
        ("Số ٣", "٣"),
        ("x̧̊", "\u0327"),
    ],
)
def test_other_scripts_are_foreign(text: str, sign: str) -> None:
    assert foreign_sign(unicodedata.normalize("NFC", text)) == sign


@pytest.mark.parametrize("hidden", ["\x00", "\x1b", "\u200b", "\u202e", "\ufeff", "\n", "\x7f"])
def test_hidden_signs_are_found(hidden: str) -> None:
    assert has_controls(f"a{hidden}b", lines=False)


def test_line_breaks_may_be_permitted() -> None:
    assert not has_controls("một\n\thai", lines=True)
    assert has_controls("một\rhai", lines=True)


def test_text_is_composed_and_trimmed() -> None:
    decomposed = unicodedata.normalize("NFD", "  Đà Nẵng\u00a0")
    assert tidied(decomposed) == "Đà Nẵng"
    assert tidied("a\u00a0b") == "a b"
