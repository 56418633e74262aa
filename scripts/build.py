"""Build the site beside the last one and put it in its place when it is whole; a build that fails changes nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
ASIDE = ROOT / "_build" / "next"
# All pages, every time: a page left from an earlier build may point to a citation or a script that has moved since.
COMMAND = [Path(sys.executable).with_name("jupyter-book"), "build", ROOT, "--all", "-q", "-W", "-n", "--keep-going"]


def main() -> int:
    """Build the site; 0 if it has been replaced."""
    shutil.rmtree(ASIDE, ignore_errors=True)
    made, last = ASIDE / "_build" / "html", ASIDE / "last"
    made.mkdir(parents=True)
    (made / ".built").touch()  # now, not at the end: what is edited during the build is newer than the site
    # Jupyter Book recommends to open the pages as files, where no figure runs; it is heard only when it fails.
    run = subprocess.run([*COMMAND, "--path-output", ASIDE], stdout=subprocess.PIPE, text=True)
    if run.returncode:
        shutil.rmtree(ASIDE)
        print(run.stdout, "The site was not built; the last one, if there is one, is as it was.", sep="\n")
        return run.returncode
    if SITE.exists():
        SITE.rename(last)
    made.rename(SITE)
    shutil.rmtree(ASIDE)
    print("The site is in _build/html; `make book` serves it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
