"""What work on a host is like: test, submit, queue, attach, cancel, fetch, stage; and what it says when it can't be done."""
import json
import os
import pathlib
import re
import shutil
import time

import case
import cluster
import numpy as np


class Hosts(case.Case):
    def test_the_test_passes_with_and_without_slurm(self):
        desktop = self.desktop()
        desktop.profile("plain", scheduler="none")
        for host in ["site", "plain"]:
            done = desktop.discern("host", "test", host)
            self.assertEqual(done.returncode, 0, done.stdout)
            self.assertEqual(done.stdout.count(" ok "), 6, done.stdout)
            self.assertIn("slurm" if host == "site" else "start at once", done.stdout)

    def test_each_step_says_why_it_stops(self):
        desktop = self.desktop()
        for name, keys, step, words in [
            ("nowhere", {"destination": "no-such-host.invalid"}, 1, "can't be reached"),
            ("stranger", {"destination": "stranger"}, 1, "key is not known"),
            ("locked", {"destination": "locked"}, 1, "sign in"),
            ("norunner", {"runner": "/no/such/discern-run"}, 2, "install Discern there"),
            ("old", {"runner": "/bin/false"}, 2, ""),
            ("prologue", {"prologue": ["module load no-such"]}, 2, "the prologue failed"),
            ("noscratch", {"scratch": "/proc/nothing"}, 3, "/proc/nothing"),
            ("novariable", {"scratch": "$NO_SUCH_VARIABLE"}, 3, "NO_SUCH_VARIABLE"),
            ("partition", {"resources": {"partition": "no-such"}}, 5, "partition"),
        ]:
            with self.subTest(name):
                desktop.profile(name, **keys)
                done = desktop.discern("host", "test", name)
                self.assertEqual(done.returncode, 1, done.stdout)
                last = [line for line in done.stdout.splitlines() if line[:1].isdigit()][-1]
                self.assertTrue(last.startswith(f"{step}/6"), done.stdout)
                self.assertIn("FAILED", last)
                self.assertIn(words, done.stdout)

    def test_a_broken_profile_is_listed_with_its_error(self):
        desktop = self.desktop()
        (desktop.hosts / "broken.json").write_text('{"destination": "x", "schduler": "slurm"}')
        done = desktop.discern("host", "list")
        self.assertIn("site", done.stdout)
        self.assertIn("schduler", done.stderr)

    def test_another_version_is_told(self):
        desktop = self.desktop()
        for name, text, words in [("older", "echo 'discern-run: there is no command \"agent\"' >&2; exit 2", "older version"),
                                  ("newer", "echo '{\"discernAgent\": 999, \"version\": \"9.9\"}'; sleep 5", "version 9.9")]:
            script = cluster.HOME / name
            script.write_text("#!/bin/sh\n" + text + "\n")
            script.chmod(0o755)
            desktop.profile(name, runner=str(script))
            self.assertIn(words, desktop.discern("host", "test", name).stdout)
            run = desktop.submit(on=name)
            end = run.ended(30)
            self.assertEqual(end["state"], "failed")
            self.assertIn("version", end["message"])

    def test_what_a_login_prints_does_no_harm(self):
        desktop = self.desktop(prologue=["echo Welcome to the site", "echo 'a warning' >&2", "export FROM_PROLOGUE=1"])
        profile = cluster.HOME / ".bashrc"
        profile.write_text("echo 'motd: {\"not\": \"ours\"}'\n")
        self.addCleanup(profile.unlink)
        self.assertWhole(desktop.submit(steps=2), 2)

    def test_a_jump_host(self):
        desktop = self.desktop(destination="jumped")
        self.assertWhole(desktop.submit(steps=2), 2)


class Runs(case.Case):
    def test_submit_follow_and_fetch(self):
        desktop = self.desktop()
        done = desktop.discern("run", "org.discern.test.steps", "--on", "site", "--set", "steps=3", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        told = json.loads(done.stdout)
        run = case.Run(desktop, told["run"])
        self.assertWhole(run, 3)
        self.assertEqual(len(self.jobs_of(run)), 1)
        self.assertTrue(list((run.path / "partial").glob("*")), "no partial result came over")

    def test_several_processes_of_slurm(self):
        """Markov clustering on 1, 2 and 4 processes over there: the clusters of one process here."""
        import h5py
        desktop = self.desktop()
        graph = case.HERE.parents[1] / "plugins/markov_clustering/families.tsv"
        words = ["run", "org.discern.markov-clustering", "--set", f"graph={graph}", "--set", "inflation=1.6", "--json"]
        clusters = []
        for tasks in (0, 1, 2, 4):
            more = ["--on", "site", "--resource", f"tasks={tasks}", "--resource", "cpusPerTask=1"] if tasks else []
            done = desktop.discern(*words, *more)
            self.assertEqual(done.returncode, 0, done.stderr)
            told = json.loads(done.stdout)
            with h5py.File(pathlib.Path(told["run"]) / "result.h5") as file:
                table = file["tables/clusters"]
                clusters.append([table[name][()].tolist() for name in sorted(table)])
            if tasks > 1:
                self.assertIn(f"On {tasks} processes", case.Run(desktop, told["run"]).events("log"))
        for other in clusters[1:]:
            self.assertEqual(other, clusters[0])

    def test_the_queue_is_shown(self):
        desktop = self.desktop()
        first = desktop.submit("--resource", "nodes=2", "--resource", "extra=--exclusive", steps=60)
        first.running()
        second = desktop.submit("--resource", "nodes=2", "--resource", "extra=--exclusive", steps=1)
        second.wait(lambda r: "in the queue of debug" in r.note, 30, "the place in the queue")
        self.assertEqual(second.state, "queued")
        first.wait(lambda r: re.search("On node.* wall time left", r.note), 10, "nodes and time")
        scheduler = first.json("state.json")["scheduler"]
        self.assertEqual(scheduler["state"], "RUNNING")
        # cancelled while it waits: it never starts
        self.assertEqual(desktop.discern("cancel", second.path).returncode, 0)
        self.assertEqual(second.ended(20)["state"], "cancelled")
        self.assertEqual(second.steps(), [])
        self.assertEqual(desktop.discern("cancel", first.path).returncode, 0)
        self.assertEqual(first.ended(30)["state"], "cancelled")
        case.site.idle()

    def test_attach_from_another_desktop(self):
        first, second = self.desktop(), self.desktop()
        run = first.submit(steps=40)
        run.running()
        uuid = run.json("job.json")["uuid"]
        rows = json.loads(second.discern("jobs", "--on", "site", "--json").stdout)
        self.assertEqual([row["state"] for row in rows if row["uuid"] == uuid], ["running"])
        attached = second.start("attach", "site:" + uuid)
        mine = None
        for _ in range(200):
            paths = list((second.folder / "state/discern/runs").glob("*"))
            mine = case.Run(second, paths[0]) if paths else None
            if mine and len(mine.steps()) >= 3:
                break
            time.sleep(0.05)
        self.assertEqual(mine.steps()[:3], ["step 1", "step 2", "step 3"])  # from the beginning
        mine.wait(lambda r: list((r.path / "partial").glob("*")), 20, "the partial result")
        self.assertEqual(second.discern("cancel", "site:" + uuid[:8]).returncode, 0)
        out, _ = attached.communicate(timeout=30)
        self.assertIn("cancelled", out)
        self.assertEqual(run.ended(20)["state"], "cancelled")  # and the first desktop hears of it
        self.assertEqual(mine.ended(20)["state"], "cancelled")

    def test_runs_that_were_started_over_there(self):
        desktop = self.desktop()
        folder = cluster.HOME / "elsewhere"
        shutil.rmtree(folder, ignore_errors=True)
        case.site.on("login", case.FAR_RUNNER, "run", "org.discern.test.steps", "--set", "steps=2", "--detach", user=True)
        script = cluster.HOME / "mine.sh"
        script.write_text(f"#!/bin/sh\nexec {case.FAR_RUNNER} run org.discern.test.steps --set steps=3 --title by-sbatch --output {folder}\n")
        script.chmod(0o755)
        case.site.on("login", "sbatch", "-o", "/dev/null", script, user=True)
        for _ in range(100):
            rows = json.loads(desktop.discern("jobs", "--on", "site", "--json").stdout)
            mine = [row for row in rows if row["run"] == str(folder)]
            if mine and mine[0]["state"] == "succeeded":
                break
            time.sleep(0.1)
        self.assertTrue(mine, "the run by sbatch isn't listed")
        self.assertRegex(mine[0]["slurmJob"], r"^\d+$")  # by which it can be named, too
        done = desktop.discern("fetch", "site:" + mine[0]["slurmJob"])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(pathlib.Path(done.stdout.strip()).is_file())

    def test_asked_for_what_there_is_so_far(self):
        desktop = self.desktop()
        run = desktop.submit(steps=2000).running()
        self.assertEqual(desktop.discern("wind-up", run.path).returncode, 0)
        end = run.ended(30)
        self.assertEqual(end["state"], "succeeded", end)
        self.assertTrue(end["woundUp"])
        self.assertLess(end["summary"]["steps"], 2000)

    def test_detach_leaves_it_running(self):
        desktop = self.desktop()
        run = desktop.submit(steps=40)
        run.running()
        (run.path / "detach").touch()
        run.wait(lambda r: not desktop.followers(r.path), 10, "the follower's leave")
        time.sleep(1)
        self.assertFalse((run.path / "exit.json").exists())
        rows = json.loads(desktop.discern("jobs", "--json").stdout)
        self.assertEqual(rows[0]["state"], "unreachable")  # not failed
        self.assertEqual(desktop.discern("attach", run.path).returncode, 0)
        self.assertWhole(run, 40)

    def test_a_large_result_stays_until_it_is_fetched(self):
        desktop = self.desktop(fetchUpTo=1000000)
        run = desktop.submit(steps=1, megabytes=8)
        end = run.ended()
        self.assertEqual(end["state"], "succeeded")
        self.assertTrue(end["result"].startswith("ssh://site/"))
        self.assertFalse((run.path / "result.h5").exists())
        self.assertEqual(desktop.discern("fetch", run.path).returncode, 0)
        self.assertGreater((run.path / "result.h5").stat().st_size, 7_000_000)
        self.assertEqual((run.path / "result.h5").read_bytes(), (run.place / "result.h5").read_bytes())

    def test_a_failure_over_there_is_told_here(self):
        desktop = self.desktop()
        broken = desktop.folder / "plugins/broken"
        shutil.copytree(case.HERE / "plugins/steps", broken)
        manifest = json.loads((broken / "manifest.json").read_text())
        manifest["id"] = "org.discern.test.broken"
        (broken / "manifest.json").write_text(json.dumps(manifest))
        (broken / "steps.py").write_text("import os, sys\nprint('about to crash', flush=True)\nos.kill(os.getpid(), 11)\n")
        desktop.environment["DISCERN_PLUGIN_PATH"] = str(desktop.folder / "plugins")
        run = desktop.submit("--send-plugin", plugin="org.discern.test.broken")
        end = run.ended()
        self.assertEqual(end["state"], "failed")
        self.assertIn("SEGV", end["message"])

    def test_graphics_processors_reach_the_job(self):
        desktop = self.desktop()
        run = desktop.submit("--resource", "gpus=1", plugin="org.discern.host-check", seconds=0)
        end = run.ended()
        self.assertEqual(end["state"], "succeeded", end)
        self.assertEqual(end["summary"]["gpus"], "0")
        self.assertTrue(end["summary"]["job"])
        without = desktop.submit(plugin="org.discern.host-check", seconds=0).ended()
        self.assertEqual(without["summary"]["gpus"], "")


class Staging(case.Case):
    def image(self, desktop, name="image.npy", value=2.0, shape=(16, 32, 32)):
        path = desktop.folder / name
        np.save(path, np.full(shape, value, np.float32))
        return path

    def test_the_same_content_is_sent_once(self):
        desktop = self.desktop()
        image = self.image(desktop)
        first = desktop.submit("--input", f"image={image}", steps=1)
        self.assertEqual(first.ended()["summary"]["sum"], 2.0 * 16 * 32 * 32)
        self.assertIn("Sending image", first.events("phase"))
        twin = desktop.folder / "sub/image.npy"
        twin.parent.mkdir()
        shutil.copy(image, twin)
        second = desktop.submit("--input", f"image={twin}", steps=1)
        self.assertEqual(second.ended()["state"], "succeeded")
        self.assertNotIn("Sending image", second.events("phase"))
        self.assertTrue([line for line in second.events("log") if "already" in line])

    def test_a_file_that_is_over_there_is_referred_to(self):
        desktop = self.desktop()
        there = cluster.HOME / "there.npy"
        np.save(there, np.ones((4, 4, 4), np.float32))
        run = desktop.submit("--input", f"image=ssh://site{there}", steps=1)
        self.assertEqual(run.ended()["summary"]["sum"], 64)
        self.assertNotIn("Sending image", run.events("phase"))
        gone = desktop.submit("--input", "image=ssh://site/no/such.npy", steps=1).ended()
        self.assertEqual(gone["state"], "failed")
        self.assertIn("no such file", gone["message"])

    def test_files_that_belong_together(self):
        desktop = self.desktop()
        np.full((4, 4, 4), 3, np.float32).tofile(desktop.folder / "volume.raw")
        (desktop.folder / "volume.mhd").write_text("ObjectType = Image\nNDims = 3\nDimSize = 4 4 4\nElementType = MET_FLOAT\nElementDataFile = volume.raw\n")
        run = desktop.submit("--input", f"image={desktop.folder / 'volume.mhd'}", steps=1)
        end = run.ended()
        self.assertEqual(end["state"], "succeeded", end)
        self.assertEqual(end["summary"]["sum"], 192)

    def test_hostile_names(self):
        desktop = self.desktop()
        for name in ["a b.npy", "$(touch pwned).npy", "`touch pwned`.npy", "'; touch pwned; '.npy", '"quoted".npy', "-rf.npy", "tab\there.npy",
                     "new\nline.npy", "ünïcode-漢字.npy", "%j%x.npy", "back\\slash.npy", "*?[.npy"]:
            with self.subTest(name):
                image = self.image(desktop, name, 1.0, (2, 2, 2))
                run = desktop.submit("--input", f"image={image}", "--title", name.replace("\n", " "), steps=1, word=name)
                end = run.ended()
                self.assertEqual(end["state"], "succeeded", end)
                self.assertEqual(end["summary"]["sum"], 8)
                self.assertEqual(end["summary"]["word"], name)
        self.assertFalse(list(cluster.ROOT.rglob("pwned")))
        self.assertFalse(list(desktop.folder.rglob("pwned")))

    def test_hostile_bytes_and_resources(self):
        desktop = self.desktop()
        raw = os.fsencode(desktop.folder) + b"/\xff\xfe.npy"
        shutil.copy(self.image(desktop, "x.npy", 1.0, (2, 2, 2)), raw)
        run = desktop.submit("--input", b"image=".decode() + os.fsdecode(raw), steps=1)
        self.assertIn(run.ended()["state"], ("succeeded", "failed"))
        for value in ["debug; touch pwned", "$(touch pwned)", "--wrap=touch pwned"]:
            end = desktop.submit("--resource", f"partition={value}", steps=1).ended()
            self.assertEqual(end["state"], "failed")
            self.assertIn("partition", end["message"])
        rows = json.loads(desktop.discern("jobs", "--on", "site", "--json").stdout)
        self.assertFalse([row for row in rows if row["state"] == "queued"])  # it has ended over there as well
        self.assertFalse(list(cluster.ROOT.rglob("pwned")))

    def test_no_half_file_under_the_final_name_and_a_transfer_is_continued(self):
        desktop = self.desktop()
        relay = self.relay()
        desktop.through(relay)
        image = desktop.folder / "large.npy"
        np.save(image, np.random.default_rng(5).random((64, 256, 1024), np.float32))  # 67 MB
        relay.delay = 0.02
        run = desktop.submit("--input", f"image={image}", steps=1)
        inputs = cluster.HOME / "scratch/discern/inputs"
        part = None
        for _ in range(2000):
            part = next(iter(inputs.rglob("large.npy.part")), None)
            if part and part.stat().st_size > 8_000_000:
                break
            time.sleep(0.005)
        self.assertIsNotNone(part)
        self.assertIn("Sending large.npy", run.note)
        relay.black_hole = relay.refuse = True
        relay.reset()
        self.assertFalse(list(inputs.rglob("large.npy")))
        half = part.stat().st_size
        sent = relay.bytes
        relay.delay = 0
        relay.black_hole = relay.refuse = False
        self.assertEqual(run.ended(60)["state"], "succeeded")
        self.assertTrue(list(inputs.rglob("large.npy")))
        self.assertFalse(list(inputs.rglob("large.npy.part")))
        self.assertLess(relay.bytes - sent, image.stat().st_size - half + 20_000_000)

    def test_a_full_scratch_disk(self):
        desktop = self.desktop(scratch=str(cluster.ROOT / "small"))
        image = desktop.folder / "too-large.npy"
        np.save(image, np.zeros((32, 512, 512), np.float32))  # 33 MB into 24
        end = desktop.submit("--input", f"image={image}", steps=1).ended()
        self.assertEqual(end["state"], "failed")
        self.assertIn("no space", end["message"])
        self.assertIn("are free in", end["message"])
        # and one that fills it while it runs
        end = desktop.submit(steps=1, megabytes=40).ended()
        self.assertEqual(end["state"], "failed", end)
        self.assertRegex(end["message"].lower(), "space|disk|full")
        shutil.rmtree(cluster.ROOT / "small/discern", ignore_errors=True)

    def test_a_plugin_the_host_has_not(self):
        desktop = self.desktop()
        mine = desktop.folder / "plugins/mine"
        shutil.copytree(case.HERE / "plugins/steps", mine)
        manifest = json.loads((mine / "manifest.json").read_text())
        manifest["id"] = "org.discern.test.mine"
        (mine / "manifest.json").write_text(json.dumps(manifest))
        desktop.environment["DISCERN_PLUGIN_PATH"] = str(desktop.folder / "plugins")
        end = desktop.submit(plugin="org.discern.test.mine", steps=1).ended()
        self.assertEqual(end["state"], "failed")
        self.assertIn("--send-plugin", end["message"])
        run = desktop.submit("--send-plugin", plugin="org.discern.test.mine", steps=2)
        self.assertWhole(run, 2)


if __name__ == "__main__":
    case.main()
