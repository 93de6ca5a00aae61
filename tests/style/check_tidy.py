"""check_tidy.py SOURCE BUILD: clang-tidy on every unit of ours, after the build.

A unit that passed is not looked at again until it, a header of ours that it includes, or the list of checks has changed. The
marks are in the user's cache, so that a second clone is quick too.
"""
import concurrent.futures
import hashlib
import os
import pathlib
import subprocess
import sys

source, build = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
marks = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "discern" / "tidy"
folders = ("analysis", "views", "app", "plugins")


def units():
    """Each unit of ours with the headers of ours that it includes, as the build recorded them."""
    lines = subprocess.run(["ninja", "-C", build, "-t", "deps"], capture_output=True, text=True, check=True).stdout
    files = []
    for line in lines.splitlines() + [""]:
        if line.startswith("    "):
            path = (build / line.strip()).resolve()
            if path.is_relative_to(source) and path.relative_to(source).parts[0] in folders:
                files.append(path)
            elif not files:
                files.append(None)  # generated, or of the tests: not a unit of ours
        else:
            if files and files[0] is not None and files[0].suffix == ".cpp" and files[0].exists():
                yield files[0], sorted(set(files[1:]) - {None})
            files = []


def digest(unit, headers):
    sha = hashlib.sha1((source / ".clang-tidy").read_bytes() + str(unit.relative_to(source)).encode())
    for file in (unit, *headers):
        sha.update(file.read_bytes() if file.exists() else b"")
    return sha.hexdigest()


def check(work):
    unit, headers = work
    mark = marks / digest(unit, headers)
    if mark.exists():
        mark.touch()
        return True, ""
    # Flags that only g++ knows are no fault of the unit.
    run = subprocess.run(["clang-tidy", "-p", build, "--quiet", "--extra-arg=-Wno-unknown-warning-option", unit],
                         capture_output=True, text=True)
    if run.returncode == 0:
        mark.touch()
    return run.returncode == 0, run.stdout


def main():
    marks.mkdir(parents=True, exist_ok=True)
    kept = sorted(marks.iterdir(), key=lambda mark: mark.stat().st_mtime)
    for mark in kept[:-5000]:
        mark.unlink()
    all_units = dict(units())
    if len(all_units) < 200:
        print(f"only {len(all_units)} units are in the build's records: build first")
        return 1
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for passed, output in pool.map(check, sorted(all_units.items())):
            failed += not passed
            if output:
                print(output, flush=True)
    print(f"{len(all_units)} units looked at, {failed} with findings")
    return 1 if failed else 0


sys.exit(main())
