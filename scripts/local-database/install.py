"""Installs a local database server into a virtual environment: install.py <folder> <requirements>.

Once per folder: the lock makes a second start wait for the first, and ends with the process that
holds it; an installation that was cut off is not marked as whole and begins again.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import venv


def main(folder: str, requirements: str) -> None:
    whole = os.path.join(folder, "installed")
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.exists(whole):
            return
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        python = os.path.join(folder, "bin", "python")
        pip = [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
        # Its words go to stderr: nothing but results belongs on stdout.
        subprocess.run([*pip, "--no-deps", "-r", requirements], check=True, stdout=sys.stderr)
        open(whole, "w").close()


main(*sys.argv[1:])
