"""Runs docs/tutorial-plugin.md: every line of its blocks that begins with "$ ", in one shell, as written.

    run_tutorial.py TUTORIAL DISCERN_RUN

Prints each command and what it prints. Fails with the first that fails, or when it takes more than ten minutes.
"""
import os
import shlex
import subprocess
import sys
import tempfile

tutorial, program = sys.argv[1:]
commands, inside = [], False
with open(tutorial, encoding="utf-8") as file:
    for line in file:
        if line.startswith("```"):
            inside = not inside
        elif inside and line.startswith("$ "):
            commands.append(line[2:].rstrip("\n"))
assert len(commands) >= 10, "the tutorial has no commands"
with tempfile.TemporaryDirectory() as folder:
    surroundings = dict(os.environ, PATH=os.path.dirname(program) + ":" + os.environ["PATH"], HOME=folder)
    for name in ("DISCERN_PLUGIN_PATH", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        surroundings.pop(name, None)
    script = "set -e\n" + "\n".join(f"echo {shlex.quote('$ ' + c)}\n{c}" for c in commands)
    run = subprocess.run(["sh", "-c", script], cwd=folder, env=surroundings, text=True, timeout=600,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
print(run.stdout)
wanted = ["org.example.local-contrast", "ok    cancel", "(line ", "scaled"]
missing = [word for word in wanted if word not in run.stdout]
if missing:
    print("the output lacks", missing)
sys.exit(run.returncode or bool(missing))
