"""The folder of pictures beside a file."""

from pathlib import Path

import pytest

from catalog.models import Image, Product, PublishedPage
from tests.builders import make_market
from tests.catalog import ledger
from tests.catalog.pictures import picture
from tests.catalog.sheets import as_csv, reasons, row, run

pytestmark = pytest.mark.django_db
SHOWN = {"image": "oat.png", "image_alt": "A white bottle"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "oat.png").write_bytes(picture())
    (tmp_path / "secret.png").write_bytes(picture((50, 50)))
    return folder


def test_a_picture_comes_in_with_its_words_and_is_shown(folder: Path) -> None:
    make_market()
    report = run(as_csv(row(**SHOWN), row(sku="B", barcode="", **SHOWN)), images=folder)
    assert (report.created, report.refused) == (2, [])
    image = Image.objects.get()
    assert (image.alt_text, image.position, image.width_px) == ("A white bottle", 0, 800)
    assert image.renditions["320"] in PublishedPage.objects.get().card


def test_the_same_picture_again_rewrites_nothing(folder: Path) -> None:
    make_market()
    content = as_csv(row(**SHOWN))
    run(content, images=folder)
    before, files = ledger.read_all(), ledger.stored_files()
    assert run(content, images=folder).unchanged == 1
    assert (ledger.read_all(), ledger.stored_files()) == (before, files)


def test_a_new_picture_leads_and_the_old_one_follows(folder: Path) -> None:
    run(as_csv(row(**SHOWN)), images=folder)
    (folder / "oat.png").write_bytes(picture((500, 500)))
    assert run(as_csv(row(**SHOWN)), images=folder).changed == 1
    images = Product.objects.get().images.order_by("position")
    assert list(images.values_list("position", "width_px")) == [(0, 500), (1, 800)]


def test_a_dry_run_looks_at_pictures_and_stores_none(folder: Path) -> None:
    (folder / "bad.png").write_bytes(b"<svg/>")
    files = ledger.stored_files()
    content = as_csv(
        row(**SHOWN), row(sku="B", product="b", name="B", barcode="", **SHOWN | {"image": "bad.png"})
    )
    report = run(content, images=folder, dry_run=True)
    assert (report.created, reasons(report)) == (1, [(3, "image", "is not a JPEG, PNG or WebP picture")])
    assert (ledger.stored_files(), Image.objects.count()) == (files, 0)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none.png", "cannot be read from the folder images/: No such file or directory"),
        ("../secret.png", "must be the name of a file inside the folder of pictures"),
        ("/etc/passwd", "must be the name of a file inside the folder of pictures"),
        ("C:\\oat.png", "must be the name of a file inside the folder of pictures"),
        ("link.png", "leads out of the folder of pictures"),
        (".", "cannot be read from the folder images/: Is a directory"),
    ],
)
def test_a_picture_that_is_not_in_the_folder_refuses_its_row(folder: Path, name: str, reason: str) -> None:
    (folder / "link.png").symlink_to(folder.parent / "secret.png")
    before = ledger.read_all()
    report = run(as_csv(row(**SHOWN | {"image": name})), images=folder)
    assert reasons(report) == [(2, "image", reason)]
    assert ledger.read_all() == before


def test_a_picture_of_too_many_bytes_refuses_its_row(folder: Path) -> None:
    with (folder / "oat.png").open("wb") as file:
        file.truncate(15_000_001)
    report = run(as_csv(row(**SHOWN)), images=folder)
    assert reasons(report) == [(2, "image", "has 15,000,001 bytes, more than 15,000,000")]


def test_a_picture_needs_words_and_words_need_a_picture(folder: Path) -> None:
    report = run(
        as_csv(row(**SHOWN | {"image_alt": ""}), row(sku="B", barcode="", **SHOWN | {"image": ""})),
        images=folder,
    )
    assert reasons(report) == [
        (2, "image_alt", "is missing: say what the picture shows to those who cannot see it"),
        (3, "image", "is missing, but image_alt describes a picture"),
    ]


def test_without_a_folder_pictures_stay_as_they_are_and_the_report_says_so(folder: Path) -> None:
    run(as_csv(row(**SHOWN)), images=folder)
    report = run(as_csv(row(**SHOWN)))
    assert (report.unchanged, report.refused, Image.objects.count()) == (1, [], 1)
    assert [note.text for note in report.notes] == [
        "there is no folder of pictures: they were left as they are"
    ]
