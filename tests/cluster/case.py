"""What the tests on a cluster share: the cluster, a desktop's folders, and discern-run on that desktop."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import cluster
import link

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("DISCERN_BUILD", HERE.parents[1] / "build"))
RUNNER = BUILD / "bin/discern-run"
FAR_RUNNER = str(cluster.ROOT / "discern/bin/discern-run")
SKIPPED = 77  # what CTest takes for skipped

site = None  # the cluster of this program


def set_up():
    global site
    reason = cluster.missing()
    if reason:
        print("skipped: no cluster here:", reason)
        sys.exit(SKIPPED)
    site = cluster.Cluster(BUILD)
    site.up()
    install_far_plugin("steps")


def tear_down():
    if site and not os.environ.get("DISCERN_KEEP_CLUSTER"):
        site.down()


def install_far_plugin(name):
    folder = cluster.HOME / ".local/share/discern/plugins" / name
    shutil.copytree(HERE / "plugins" / name, folder, dirs_exist_ok=True)
    cluster.run("chown", "-R", f"{cluster.UID}:{cluster.UID}", cluster.HOME / ".local")


class Desktop:
    """A person's machine: configuration, runs and connections of its own."""

    def __init__(self, **profile):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="discern-desktop-"))
        self.environment = {**os.environ, "HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder / "config"),
                            "XDG_STATE_HOME": str(self.folder / "state"), "XDG_CACHE_HOME": str(self.folder / "cache"),
                            "DISCERN_PLUGIN_PATH": str(HERE / "plugins")}
        self.environment.pop("SLURM_CONF", None)
        self.hosts = self.folder / "config/discern/hosts"
        self.hosts.mkdir(parents=True)
        self.profile("site", **profile)

    def profile(self, name, **keys):
        base = {"destination": "login", "sshConfig": str(cluster.ROOT / "etc/ssh_config"), "scheduler": "slurm",
                "runner": FAR_RUNNER, "scratch": str(cluster.HOME / "scratch")}
        base.update(keys)
        (self.hosts / f"{name}.json").write_text(json.dumps({k: v for k, v in base.items() if v is not None}))

    def through(self, relay, name="site", **keys):
        """The host behind a relay: another ssh destination, so that no connection of others is shared."""
        config = self.folder / "ssh_config"
        text = (cluster.ROOT / "etc/ssh_config").read_text()
        config.write_text(text + f"Host far-{relay.port}\n  HostName 127.0.0.1\n  Port {relay.port}\n  HostKeyAlias login\n  User {cluster.USER}\n"
                                 f"  IdentityFile {cluster.ROOT}/etc/user_key\n  IdentitiesOnly yes\n  UserKnownHostsFile {cluster.ROOT}/etc/known_hosts\n")
        self.profile(name, destination=f"far-{relay.port}", sshConfig=str(config), **keys)

    def start(self, *words):
        return subprocess.Popen([str(RUNNER), *map(str, words)], env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")

    def discern(self, *words, timeout=120):
        process = self.start(*words)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"discern-run {words} didn't end within {timeout} s:\n{out}\n{err}")
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def submit(self, *more, on="site", plugin="org.discern.test.steps", **parameters):
        """Starts a run and leaves it to its follower. Returns its folder here."""
        words = ["run", plugin, "--on", on, "--detach", *more]
        for name, value in parameters.items():
            words += ["--set", f"{name}={value}"]
        done = self.discern(*words)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return Run(self, done.stdout.strip())

    def close(self):
        for run in (self.folder / "state/discern/runs").glob("*"):
            (run / "detach").touch()
        for file in self.hosts.glob("*.json"):
            self.discern("host", "disconnect", file.stem)
        time.sleep(0.3)
        for process in self.followers():
            os.kill(process, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def followers(self, run=""):
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if len(words) > 2 and words[1] == b"supervise" and words[2].decode().startswith(str(run or self.folder)):
                found.append(int(process.name))
        return found


class Run:
    def __init__(self, desktop, path):
        self.desktop = desktop
        self.path = pathlib.Path(path)

    def json(self, name):
        try:
            return json.loads((self.path / name).read_text())
        except (OSError, ValueError):
            return {}

    @property
    def state(self):
        return self.json("exit.json").get("state") or self.json("state.json").get("state", "")

    @property
    def note(self):
        return self.json("state.json").get("note", "")

    @property
    def place(self):
        return pathlib.Path(self.json("remote.json").get("path", "/nowhere"))

    def events(self, kind=None):
        try:
            lines = (self.path / "events.jsonl").read_text().splitlines()
        except OSError:
            return []
        events = [json.loads(line) for line in lines if line.strip()]
        return [e["value"] for e in events if kind in (None, e["kind"])]

    def steps(self):
        return [line for line in self.events("log") if line.startswith("step ")]

    def wait(self, what, seconds=60, why=""):
        """Waits until `what(run)` holds."""
        end = time.time() + seconds
        while time.time() < end:
            if what(self):
                return self
            time.sleep(0.05)
        raise AssertionError(f"{why or what} didn't come within {seconds} s; state {self.state!r}, note {self.note!r}, exit {self.json('exit.json')}, "
                             f"log {self.events('log')[-5:]}")

    def ended(self, seconds=60):
        return self.wait(lambda run: run.json("exit.json"), seconds, "the end").json("exit.json")

    def running(self, seconds=60):
        return self.wait(lambda run: run.steps(), seconds, "the first step")


class Case(unittest.TestCase):
    def desktop(self, **profile):
        desktop = Desktop(**profile)
        self.addCleanup(desktop.close)
        return desktop

    def relay(self, **keys):
        relay = link.Link(site.address("login"), **keys)
        self.addCleanup(relay.close)
        return relay

    def assertWhole(self, run, steps):
        """It has succeeded, with every step told once and in order, and a result that can be read."""
        end = run.ended()
        self.assertEqual(end["state"], "succeeded", end)
        self.assertEqual(run.steps(), [f"step {i + 1}" for i in range(steps)])
        self.assertEqual(end["summary"]["steps"], steps)
        import h5py
        with h5py.File(run.path / "result.h5") as file:
            self.assertTrue(len(file) > 0)
        self.assertFalse([p for p in run.path.rglob("*") if p.name.endswith(".part")])

    def jobs_of(self, run):
        """Slurm's jobs of a run: one, or it was doubled."""
        return site.on("login", "squeue", "-h", "-t", "all", "--name=discern-" + run.json("job.json")["uuid"], "-o", "%i").stdout.split()


def main():
    set_up()
    try:
        program = unittest.main(exit=False, verbosity=2)
    finally:
        tear_down()
    sys.exit(not program.result.wasSuccessful())
