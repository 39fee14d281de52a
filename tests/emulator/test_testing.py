"""The fixture for tests of a user's own, as a user has it: in another pytest, from a conftest.py."""

from __future__ import annotations

import subprocess
import sys

from tests.paths import ROOT

CONFTEST = 'pytest_plugins = ["schemaloom.testing"]\n'
TESTS = """
import urllib.request

def ask(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read()

URLS = []

def test_it_answers(emulate):
    emulator = emulate("pixeldojo", specs=SPECS)
    assert b"models" in ask(emulator.base_url + "/models")
    assert [200] == [sent.status for sent in emulator.log]
    URLS.append(emulator.base_url)

def test_it_is_gone_after_the_test():
    import pytest
    with pytest.raises(OSError):
        ask(URLS[0] + "/models")

def test_options_and_an_unknown_provider(emulate):
    import pytest
    from schemaloom.errors import UsageError
    from schemaloom.testing import Options
    assert "mine" == emulate("pixeldojo", specs=SPECS, options=Options(api_key="mine")).api_key
    with pytest.raises(UsageError, match="no such provider"):
        emulate("unknown", specs=SPECS)
"""


def test_a_users_tests_have_the_emulator(tmp_path):
    (tmp_path / "conftest.py").write_text(CONFTEST, "utf-8")
    specs = f"from pathlib import Path\nSPECS = Path({str(ROOT / 'specs')!r})\n"
    (tmp_path / "test_mine.py").write_text(specs + TESTS, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, text=True, timeout=120)
    assert (0, True) == (done.returncode, "3 passed" in done.stdout), done.stdout + done.stderr
