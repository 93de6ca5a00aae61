"""Holds the readers to MANIFEST.md of the shared data: every file listed outside 15_malformed opens, and what
`discern-run info` and `discern-run read` say of it agrees with what the manifest states (shape, type, range, spacing).

    check_manifest.py DISCERN_RUN FOLDER_OF_SHARED_DATA

First the checks are tried on statements with other numbers: one that objects to none of them fails. The files that are
no data of their own are in EXCEPTIONS, each with its reason; one that opens all the same, or is no
longer listed, is a fault. Exit code 77 (skipped) where the shared data is absent.
"""
import os
import re
import sys
import tempfile

import expectations
import facts
import program

# Files that are listed and hold no data by themselves.
EXCEPTIONS = {
    "05_amr_unstructured/cylinder_Re35/README.md": "prose about the data set beside it",
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


def altered(words):
    """The statement with other numbers."""
    return re.sub(r"\d+", lambda n: str(int(n[0]) * 3 + 7), words)


def toothless(listed, answers, paths):
    """The checks that object to no altered statement."""
    tried, objecting = set(), set()
    for name, words in listed:
        check = next((c for mark, c in expectations.CHECKS if re.match(mark, words)), None)
        if check is None or isinstance(answers[paths[name]], str):
            continue
        tried.add(check.__name__)
        if check.__name__ in objecting:
            continue
        try:
            if faults_of(name, altered(words), answers[paths[name]]):
                objecting.add(check.__name__)
        except Exception:
            objecting.add(check.__name__)
    return sorted(tried - objecting)


def main():
    run, folder = sys.argv[1:]
    manifest = os.path.join(folder, "MANIFEST.md")
    if not os.path.exists(manifest):
        print(f"skipped: {manifest} is not there; the shared data does not come with the source")
        return 77
    listed = list(rows(manifest))
    paths = {name: os.path.join(folder, name) for name, _ in listed}
    # Archives are unpacked anew, and not into the user's cache.
    cache = tempfile.TemporaryDirectory()
    os.environ["XDG_CACHE_HOME"] = cache.name
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
    wrong += [(check, "objects to no false statement") for check in toothless(listed, answers, paths)]
    for name, fact in facts.FACTS.items():
        opened = answers.get(paths.get(name))
        if opened is None or isinstance(opened, str) or not fact(opened):
            wrong.append((name, "is not as the manifest's notes, or the table beside it, have it"))
    for name, fault in wrong:
        print(f"{name}: {fault}")
    for name, reason in EXCEPTIONS.items():
        print(f"not opened: {name}: {reason}")
    print(f"{len(listed)} files listed, {len(EXCEPTIONS)} excepted, {len({n for n, _ in wrong})} do not agree")
    return 1 if wrong or len(listed) < 300 else 0


sys.exit(main())
