"""Prints what was skipped and why, then "N passed, N failed[, N skipped]" from ctest's JUnit file."""
import re
import sys
import xml.etree.ElementTree as xml

passed = failed = skipped = 0
for case in xml.parse(sys.argv[1]).getroot().iter("testcase"):
    output = case.findtext("system-out") or ""
    totals = re.findall(r"^Totals: (\d+) passed, (\d+) failed, (\d+) skipped", output, re.M)
    if totals:
        for p, f, s in totals:
            passed += int(p)
            failed += int(f)
            skipped += int(s)
        # A program that fell over after its totals has failed all the same.
        if case.get("status") == "fail" and not any(int(f) for _, f, _ in totals):
            failed += 1
    elif case.get("status") == "run":
        passed += 1
    else:
        failed += 1
    for reason in re.findall(r"^SKIP\s+: (.*)$", output, re.M):
        print("skipped:", reason)
print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
sys.exit(1 if failed or not passed else 0)
