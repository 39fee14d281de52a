"""A fake `gh`: records its arguments, and keeps pull requests in a file."""

import json
import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(os.environ["GH_FOLDER"])
KEPT = FOLDER / "pulls.json"
LISTED = '.[] | select(.isCrossRepository | not) | "\\(.number) \\(.state) \\(.headRefOid)"'


def tip(branch):
    command = ["git", "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"]
    done = subprocess.run(command, cwd=FOLDER / "origin.git", capture_output=True, text=True, check=False)
    return done.stdout.strip()


def option(name):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else None


def refresh(pulls):
    """An open pull request follows its branch, and is closed with it."""
    for pull in pulls:
        if pull["state"] == "OPEN" and not pull["fork"]:
            pull["tip"] = tip(pull["branch"]) or pull["tip"]
            pull["state"] = "OPEN" if tip(pull["branch"]) else "CLOSED"


with (FOLDER / "calls.jsonl").open("a") as log:
    log.write(json.dumps(sys.argv[1:]) + "\n")
pulls = json.loads(KEPT.read_text())
refresh(pulls)
assert os.environ.get("GH_TOKEN"), "no token"
match sys.argv[1:3]:
    case ["auth", "setup-git"] | ["label", "create"]:
        pass
    case ["pr", "list"]:
        assert (option("--jq"), option("--state")) == (LISTED, "all")
        for pull in reversed(pulls):
            if pull["branch"] == option("--head") and not pull["fork"]:
                print(pull["number"], pull["state"], pull["tip"])
    case ["pr", "create"]:
        assert tip(option("--head")), "the branch is not there"
        pulls.append(
            {
                "number": len(pulls) + 1,
                "state": "OPEN",
                "branch": option("--head"),
                "base": option("--base"),
                "tip": tip(option("--head")),
                "title": option("--title"),
                "body": Path(option("--body-file")).read_text(),
                "labels": [sys.argv[at + 1] for at, text in enumerate(sys.argv) if text == "--label"],
                "fork": False,
            }
        )
    case ["pr", "edit"]:
        pull = pulls[int(sys.argv[3]) - 1]
        pull |= {"title": option("--title"), "body": Path(option("--body-file")).read_text()}
    case ["pr", "close"]:
        pulls[int(sys.argv[3]) - 1] |= {"state": "CLOSED", "comment": option("--comment")}
    case ["release", "view"]:
        sys.exit(not (FOLDER / "releases" / sys.argv[3]).exists())
    case ["release", "create"]:
        release = FOLDER / "releases" / sys.argv[3]
        release.mkdir(parents=True)
        for path in [option("--notes-file"), *(path for path in sys.argv[4:] if "/" in path)]:
            (release / Path(path).name).write_bytes(Path(path).read_bytes())
        tag = ["git", "tag", sys.argv[3], option("--target")]
        subprocess.run(tag, cwd=FOLDER / "origin.git", check=True)
    case _:
        sys.exit(f"unknown command: {sys.argv[1:]}")
KEPT.write_text(json.dumps(pulls))
