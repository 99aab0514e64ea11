"""What `make` does first: each step once, again when its inputs change, and clear words when it fails."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture
def step(tmp_path: Path) -> ModuleType:
    """`scripts/step.py` of a checkout in a folder with a space."""
    root = tmp_path / "a checkout"
    shutil.copytree(SCRIPTS, root / "scripts")
    (root / ".tools").mkdir()
    spec = importlib.util.spec_from_file_location("step_under_test", root / "scripts" / "step.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (root / "input").write_text("one")
    return module


def copied(step: ModuleType) -> bool:
    """Run the step `input -> output`; whether it was needed."""
    source, target = step.ROOT / "input", step.ROOT / "output"
    with step.Step("Copying", "copy", [source], made=[target]) as it:
        if it.needed:
            it.run(["cp", source, target])
        return bool(it.needed)


def test_a_step_is_done_once_and_again_when_its_input_changes_or_its_output_is_gone(step: ModuleType) -> None:
    assert copied(step)
    assert not copied(step)
    (step.ROOT / "input").write_text("two")
    assert copied(step)
    assert (step.ROOT / "output").read_text() == "two"
    (step.ROOT / "output").unlink()
    assert copied(step)
    assert not copied(step)


def test_a_step_that_was_interrupted_is_done_again(step: ModuleType) -> None:
    copied(step)
    (step.ROOT / "input").write_text("two")
    source, target = step.ROOT / "input", step.ROOT / "output"
    with pytest.raises(KeyboardInterrupt), step.Step("Copying", "copy", [source], made=[target]):
        raise KeyboardInterrupt
    (step.ROOT / "input").write_text("one")  # what the old stamp was made from
    assert copied(step)


def test_a_step_that_fails_shows_the_end_of_its_output_and_is_done_again(
    step: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-c", "import sys; print('the reason'); sys.exit(3)"]
    with (
        pytest.raises(
            step.Failed, match=r"failing failed \(all of its output: .tools/logs/fail.log\). Do that."
        ),
        step.Step("Failing", "fail", [], made=[]) as it,
    ):
        it.run(command, hint="Do that.")
    assert "the reason" in capfd.readouterr().err
    with step.Step("Failing", "fail", [], made=[]) as it:
        assert it.needed


def test_an_unknown_command_is_one_sentence(step: ModuleType) -> None:
    done = subprocess.run(
        [sys.executable, step.ROOT / "scripts" / "set_up.py", "nonsense"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "Set-up stopped: set_up.py knows no 'nonsense'.\n")


def test_make_says_which_python_it_needs_when_it_finds_none(tmp_path: Path) -> None:
    make, shell = shutil.which("make"), shutil.which("sh")
    assert make, "make is needed"
    assert shell
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "sh").symlink_to(shell)
    done = subprocess.run(
        [make, "-f", SCRIPTS.parent / "Makefile", "run"],
        cwd=tmp_path,
        env={"PATH": str(tmp_path / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "Nameplate needs Python 3.11 or newer, and none was found." in done.stderr
