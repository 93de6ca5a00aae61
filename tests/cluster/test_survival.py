"""What a run lives through. In none of it is a result lost, doubled, or called failed when it is not."""
import json
import os
import pathlib
import signal
import subprocess
import threading
import time

import case
import cluster


class Survival(case.Case):
    def behind_a_link(self):
        desktop, relay = self.desktop(), self.relay()
        desktop.through(relay)
        return desktop, relay

    def unreachable(self, run, seconds=25):
        run.wait(lambda r: r.state == "unreachable", seconds, "being unreachable")
        self.assertFalse((run.path / "exit.json").exists())
        self.assertEqual(self.listed(run), "unreachable")

    def listed(self, run):
        rows = json.loads(run.desktop.discern("jobs", "--json").stdout)
        return next(row["state"] for row in rows if pathlib.Path(row["run"]).name == run.path.name)

    def once(self, run):
        self.assertEqual(len(self.jobs_of(run)), 1, "it was submitted more than once")

    def test_a_black_hole_of_30_seconds(self):
        desktop, relay = self.behind_a_link()
        run = desktop.submit(steps=30, seconds=0.5).running()
        relay.black_hole = True
        self.unreachable(run)
        self.assertIn("Next try in", run.note)
        time.sleep(22)
        relay.black_hole = False
        self.assertWhole(run, 30)
        self.once(run)

    def test_a_reset(self):
        desktop, relay = self.behind_a_link()
        run = desktop.submit(steps=30).running()
        for _ in range(3):
            relay.reset()
            time.sleep(1)
        self.assertWhole(run, 30)
        self.once(run)

    def test_no_connection_at_first(self):
        desktop, relay = self.behind_a_link()
        relay.refuse = True
        run = desktop.submit(steps=3)
        self.unreachable(run)
        relay.refuse = False
        (run.path / "retry").touch()
        self.assertWhole(run, 3)
        self.once(run)

    def test_cancelled_while_unreachable(self):
        desktop, relay = self.behind_a_link()
        run = desktop.submit(steps=600).running()
        relay.refuse = True
        relay.reset()
        self.unreachable(run)
        (run.path / "cancel").touch()
        run.wait(lambda r: "will be cancelled as soon as" in r.note, 40, "the promise")
        self.assertFalse((run.path / "exit.json").exists())
        relay.refuse = False
        (run.path / "retry").touch()
        self.assertEqual(run.ended(60)["state"], "cancelled")

    def test_the_laptop_sleeps(self):
        desktop, relay = self.behind_a_link()
        run = desktop.submit(steps=30, seconds=0.3).running()
        sleeping = desktop.followers(run.path)
        for process in list(sleeping):  # and its ssh, which are its children or the shared master
            sleeping += [int(p) for p in cluster.run("pgrep", "-P", process, check=False).stdout.split()]
        sleeping += [int(p) for p in cluster.run("pgrep", "-f", f"far-{relay.port}", check=False).stdout.split()]
        for process in sleeping:
            os.kill(process, signal.SIGSTOP)
        time.sleep(15)
        for process in sleeping:
            try:
                os.kill(process, signal.SIGCONT)
            except ProcessLookupError:
                pass
        self.assertWhole(run, 30)
        self.once(run)

    def test_the_desktop_is_killed(self):
        desktop = self.desktop()
        run = desktop.submit(steps=40).running()
        for process in desktop.followers(run.path):
            os.kill(process, signal.SIGKILL)
        time.sleep(1)
        self.assertEqual(self.listed(run), "unreachable")
        self.assertEqual(desktop.discern("attach", run.path).returncode, 0)
        self.assertWhole(run, 40)
        self.once(run)

    def test_the_desktop_is_killed_again_and_again(self):
        """At every moment of a run's life, from staging to fetching."""
        desktop = self.desktop()
        image = desktop.folder / "image.npy"
        import numpy as np
        np.save(image, np.ones((8, 128, 128), np.float32))
        run = desktop.submit("--input", f"image={image}", steps=20, seconds=0.2, megabytes=20)
        pause, end = 0.05, time.time() + 120
        while not (run.path / "exit.json").exists():
            self.assertLess(time.time(), end)
            time.sleep(pause)
            pause = min(2.0, pause + 0.04)
            for process in desktop.followers(run.path):
                os.kill(process, signal.SIGKILL)
            desktop.discern("supervise", run.path, "--detach")
        self.assertWhole(run, 20)
        self.once(run)

    def test_sshd_is_restarted(self):
        desktop = self.desktop()
        run = desktop.submit(steps=40, seconds=0.3).running()
        case.site.kill("sshd", signal.SIGKILL, tree=True)
        self.addCleanup(lambda: None)
        self.unreachable(run)
        time.sleep(2)
        case.site.start_sshd()
        self.assertWhole(run, 40)
        self.once(run)

    def test_the_controller_is_restarted(self):
        desktop = self.desktop()
        run = desktop.submit(steps=60, seconds=0.25).running()
        case.site.kill("slurmctld")
        try:
            run.wait(lambda r: "Slurm doesn't answer" in r.note, 40, "the word that Slurm doesn't answer")
            self.assertEqual(run.state, "running")
            late = desktop.submit(steps=2)  # while nobody takes jobs
            late.wait(lambda r: "doesn't answer" in r.note, 90, "the wait for Slurm")
            self.assertFalse((late.path / "exit.json").exists())
        finally:
            case.site.start_controller()
        self.assertWhole(run, 60)
        late.ended(120)
        self.assertWhole(late, 2)
        self.once(run)
        self.once(late)
        case.site.idle()

    def test_scancel_by_hand(self):
        desktop = self.desktop()
        run = desktop.submit(steps=600).running()
        case.site.on("login", "scancel", self.jobs_of(run)[0], user=True)
        end = run.ended(40)
        self.assertEqual(end["state"], "cancelled")
        self.assertIn("not from here", end["message"])

    def test_a_node_is_lost(self):
        desktop = self.desktop()
        run = desktop.submit(steps=600).running()
        node = run.wait(lambda r: r.json("state.json").get("scheduler", {}).get("nodes"), 15, "the node").json("state.json")["scheduler"]["nodes"]
        case.site.lose(node)
        try:
            end = run.ended(150)
            self.assertEqual(end["state"], "failed")
            self.assertIn("node", end["message"])
            self.assertGreater(len(run.steps()), 0)
            self.once(run)
        finally:
            case.site.start_node(node)
            case.site.idle(60)

    def test_the_wall_time_is_reached(self):
        """The plugin winds up in time: what it has becomes the result."""
        desktop = self.desktop()
        words = ["--resource", "minutes=1", "--resource", "partition=short"]
        run = desktop.submit(*words, steps=2000, seconds=0.1)
        deaf = desktop.submit(*words, steps=2000, seconds=0.1, deaf="true")
        end = run.ended(150)
        self.assertEqual(end["state"], "succeeded", end)
        self.assertIn("winding up", run.events("log"))
        self.assertLess(end["summary"]["steps"], 2000)
        self.assertTrue((run.path / "result.h5").is_file())
        self.once(run)
        end = deaf.ended(180)
        self.assertEqual(end["state"], "failed", end)
        self.assertIn("wall time", end["message"])

    def test_two_followers_do_not_fight(self):
        desktop = self.desktop()
        run = desktop.submit(steps=20).running()
        second = desktop.discern("supervise", run.path, "--detach")
        self.assertEqual(second.returncode, 0)
        time.sleep(0.5)
        self.assertEqual(len(desktop.followers(run.path)), 1)
        self.assertWhole(run, 20)

    def test_ranks_on_two_nodes(self):
        desktop = self.desktop()
        desktop.environment["DISCERN_PLUGIN_PATH"] = str(case.BUILD / "tests/plugins")
        there = [f"export DISCERN_PLUGIN_PATH={cluster.ROOT}/discern/tests/plugins"]
        desktop.profile("site", prologue=there)
        desktop.profile("mpirun", prologue=there, launcher=["mpirun", "--map-by", "node"])
        for host in ["site", "mpirun"]:
            with self.subTest(host):
                run = desktop.submit("--resource", "nodes=2", "--resource", "tasks=2", "--resource", "gpus=1", on=host,
                                     plugin="org.discern.test.ranks")
                end = run.ended(60)
                self.assertEqual(end["state"], "succeeded", end)
                self.assertEqual(end["summary"]["ranks"], 2)
                self.assertEqual(sorted(end["summary"]["hosts"]), ["node1", "node2"])


if __name__ == "__main__":
    case.main()
