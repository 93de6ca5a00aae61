"""Holds the readers to MANIFEST.md of the shared data: every file listed outside 15_malformed opens, and what
`discern-run info` and `discern-run read` say of it agrees with what the manifest states (shape, type, range, spacing).

    check_manifest.py DISCERN_RUN FOLDER_OF_SHARED_DATA

The files that are no data of their own are in EXCEPTIONS, each with its reason; one that opens all the same, or is no
longer listed, is a fault. Exit code 77 (skipped) where the shared data is absent.
"""
import os
import re
import sys

import expectations
import program

# Files that are listed and hold no data by themselves.
EXCEPTIONS = {
    "05_amr_unstructured/cylinder_Re35/README.md": "prose about the data set beside it",
    "05_amr_unstructured/enzo_DD0010/moving7_0010.boundary": "Enzo's boundary conditions, a list of parameters",
}


def rows(manifest):
    """(path below the folder, what the manifest states) of every file listed outside 15_malformed."""
    folder = None
    with open(manifest, encoding="utf-8") as file:
        for line in file:
            heading = re.match(r"## (\S+)", line)
            if heading:
                folder = heading[1]
            elif line.startswith("| ") and folder and folder != "15_malformed":
                cells = line[2:].split(" | ")
                if cells[0] != "file":
                    yield folder + "/" + cells[0], cells[2].strip()


def faults_of(name, words, opened):
    check = next((c for mark, c in expectations.CHECKS if re.match(mark, words)), None)
    if check is None:
        return [f"no check understands \"{words[:60]}\""]
    if isinstance(opened, str):
        return [opened]
    return list(check(words, opened))


def main():
    run, folder = sys.argv[1:]
    manifest = os.path.join(folder, "MANIFEST.md")
    if not os.path.exists(manifest):
        print(f"skipped: {manifest} is not there; the shared data does not come with the source")
        return 77
    listed = list(rows(manifest))
    paths = {name: os.path.join(folder, name) for name, _ in listed}
    answers = program.info(run, list(paths.values()))
    wrong = [(name, "is excepted and not listed") for name in EXCEPTIONS if name not in paths]
    for name, words in listed:
        opened = answers[paths[name]]
        if name in EXCEPTIONS:
            if not isinstance(opened, str):
                wrong.append((name, "opens, and is excepted"))
            continue
        try:
            wrong += [(name, fault) for fault in faults_of(name, words, opened)]
        except Exception as problem:  # one file must not hide the others
            wrong.append((name, f"the check of \"{words[:60]}\" fails: {problem!r}"))
    for name, fault in wrong:
        print(f"{name}: {fault}")
    for name, reason in EXCEPTIONS.items():
        print(f"not opened: {name}: {reason}")
    print(f"{len(listed)} files listed, {len(EXCEPTIONS)} excepted, {len({n for n, _ in wrong})} do not agree")
    return 1 if wrong or len(listed) < 300 else 0


sys.exit(main())
