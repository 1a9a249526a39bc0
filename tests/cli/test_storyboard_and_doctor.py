"""`lranim storyboard` and `lranim doctor`."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from lranim.look import fonts


def test_storyboard_goes_beside_the_clips(run, engine) -> None:
    """Without -o the PNG is in media/, named after the options; its path goes to stdout."""
    result = run("storyboard", "walk", "--step", "2", "--theme", "light")
    assert result.stdout == "media/walk.step=2.light.storyboard.png\n"
    (job,) = engine.jobs
    assert (job.width, job.height, job.theme.name, job.params["step"]) == (854, 480, "light", 2.0)


def test_storyboard_to_a_file(run, engine, tmp_path: Path) -> None:
    """-o names the file, -r and -q the size of its frames."""
    assert run("storyboard", "walk", "-o", "it's/板.PNG", "-r", "401,300").stdout == "it's/板.PNG\n"
    assert (engine.jobs[0].width, engine.jobs[0].height) == (402, 300)
    assert (tmp_path / "it's" / "板.PNG").is_file()
    run("storyboard", "walk", "-qh")
    assert (engine.jobs[1].width, engine.jobs[1].height) == (1920, 1080)


def test_doctor_finds_all_that_it_lists(run) -> None:
    """Each check has a finding and, if it failed, a remedy; the exit code says whether all is well."""
    result = run("doctor", "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == (0 if report["ok"] else 1)
    names = [check["name"] for check in report["checks"]]
    for name in (
        "python",
        "lranim",
        "manim",
        "av",
        "typst",
        "pango",
        "cairo",
        "libx264 encoder",
        "gif encoder",
    ):
        assert name in names
    for check in report["checks"]:
        assert set(check) == {"name", "ok", "found", "needed", "remedy"}
        assert check["found"]
        assert check["ok"] or check["remedy"]


def test_doctor_survives_what_it_looks_for(run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken libraries, missing codecs and fonts, a folder in the way: all are rows, none is a crash."""
    import importlib.metadata

    import av.codec

    from lranim.cli import doctor

    def broken(name: str) -> None:
        raise ImportError(f"lib{name}.so is not there\nreally")

    def no_codec(name: str, mode: str) -> None:
        raise ValueError(name)

    report = fonts.FontReport(checked=True, wanted=fonts.CJK_FONT, present=(), used="Some Font", missing="学")
    imports = SimpleNamespace(import_module=broken, metadata=importlib.metadata)
    monkeypatch.setattr(doctor, "importlib", imports)
    monkeypatch.setattr(av.codec, "Codec", no_codec)
    monkeypatch.setattr(fonts, "check_fonts", lambda families, text: report)
    Path("media").write_text("")
    result = run("doctor", "--json")
    failed = {
        row["name"]: SimpleNamespace(**row) for row in json.loads(result.stdout)["checks"] if not row["ok"]
    }
    assert result.exit_code == 1
    row = next(line for line in run("doctor").stdout.splitlines() if " manim " in line)
    assert row.startswith("MISSING  manim ")
    assert row.endswith("libmanim.so is not there really  -> run make setup, or pip install lranim again")
    assert {
        "manim",
        "cairo",
        "libx264 encoder",
        "theme font",
        "glyphs en",
        "glyphs zh",
        "media folder",
    } <= set(failed)
    assert all(check.remedy and "\n" not in check.found for check in failed.values())
    assert "apt-get install fonts-noto-cjk" in failed["glyphs zh"].remedy
    assert "学 (U+5B66)" in failed["glyphs zh"].found
    # Who renders in English needs no Chinese.
    assert failed["glyphs en"].needed
    assert not failed["glyphs zh"].needed


def test_doctor_without_fontconfig(run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where fontconfig's tools are missing, that is the finding."""
    report = fonts.FontReport(checked=False, wanted="A", present=(), used="A", missing="")
    monkeypatch.setattr(fonts, "check_fonts", lambda families, text: report)
    result = run("doctor")
    assert "warning  fonts" in result.stdout
    assert "-> install fontconfig" in result.stdout
