"""A Slurm cluster on one machine: a login node (sshd, slurmctld, munged) and compute nodes (slurmd), each with a network,
host name, IPC and mounts of its own.

    cluster.py up|down|on HOST COMMAND...        by hand, as root

Everything lies below ROOT; the machine's own /etc and daemons are left alone. `missing()` says why it can't be had here.
DISCERN_CLUSTER_SITE=1 makes another one, which doesn't meet the first.
"""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

SITE = int(os.environ.get("DISCERN_CLUSTER_SITE", "0"))  # several clusters on a machine don't meet
ROOT = pathlib.Path("/tmp/discern-cluster-tests" + (str(SITE) if SITE else ""))
NET = f"10.{78 + SITE}.0"
BRIDGE = f"discernbr{SITE}"
NODES = 2
USER, UID = "scientist", 5078
HOME = ROOT / "home" / USER
SMALL_DISK_MB = 24
PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "sshd", "ssh", "ssh-keygen", "ip", "nsenter", "unshare"]


def missing():
    """Why there can be no cluster here; empty when there can."""
    if os.geteuid() != 0:
        return "it takes root"
    gone = [name for name in PROGRAMS if not shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")]
    if gone:
        return "not installed: " + ", ".join(gone)
    probe = subprocess.run(["unshare", "-n", "-u", "-i", "-m", "true"], capture_output=True, text=True)
    if probe.returncode != 0:
        return "namespaces can't be made here: " + probe.stderr.strip()
    probe = subprocess.run(["ip", "link", "add", "discernprobe", "type", "bridge"], capture_output=True, text=True)
    if probe.returncode != 0:
        return "no network bridge can be made here: " + probe.stderr.strip()
    run("ip", "link", "del", "discernprobe")
    return ""


def run(*words, check=True, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **more)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))}: {done.stderr.strip() or done.stdout.strip()}")
    return done


class Cluster:
    def __init__(self, build):
        self.build = pathlib.Path(build)
        self.environment = {**os.environ, "SLURM_CONF": str(ROOT / "etc/slurm.conf"), "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}

    # --- hosts

    def pid(self, host):
        return int((ROOT / f"run/{host}.pid").read_text())

    def on(self, host, *words, user=False, check=True, timeout=60):
        """Runs a command on a host; as the scientist when `user`."""
        inside = ["nsenter", "-t", self.pid(host), "-n", "-u", "-i", "-m"]
        if user:
            inside += ["-S", UID, "-G", UID, f"--wdns={HOME}"]
        environment = {**self.environment, **({"HOME": str(HOME), "USER": USER} if user else {})}
        return run(*inside, "--", *words, check=check, timeout=timeout, env=environment)

    def address(self, host):
        return f"{NET}.10" if host == "login" else f"{NET}.{10 + int(host[4:])}"

    def hosts(self):
        return ["login"] + [f"node{i + 1}" for i in range(NODES)]

    def _make_host(self, host):
        # The holder keeps the namespaces alive. Its mounts: a hosts file and an account of our own, the build, /dev/shm.
        script = (f"hostname {host}; mount --bind {ROOT}/etcfs /etc; mount -t tmpfs -o size=256m tmpfs /dev/shm; "
                  f"mount --bind {self.build} {ROOT}/discern; exec sleep infinity")
        holder = subprocess.Popen(["unshare", "-n", "-u", "-i", "-m", "--propagation", "private", "sh", "-c", script],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        (ROOT / f"run/{host}.pid").write_text(str(holder.pid))
        outer, inner = f"dv{SITE}-{host}", f"di{SITE}-{host}"
        for _ in range(200):  # until it has left our network
            if os.readlink(f"/proc/{holder.pid}/ns/net") != os.readlink("/proc/self/ns/net"):
                break
            time.sleep(0.01)
        run("ip", "link", "add", outer, "type", "veth", "peer", "name", inner)
        run("ip", "link", "set", outer, "master", BRIDGE, "up")
        run("ip", "link", "set", inner, "netns", holder.pid)
        net = ["nsenter", "-t", holder.pid, "-n", "ip"]
        run(*net, "link", "set", "lo", "up")
        run(*net, "addr", "add", f"{self.address(host)}/24", "dev", inner)
        run(*net, "link", "set", inner, "up")
        run(*net, "route", "add", "default", "via", f"{NET}.1")
        for _ in range(200):
            if self.on(host, "cat", "/proc/sys/kernel/hostname").stdout.strip() == host and \
                    (self.on(host, "test", "-x", ROOT / "discern/bin/discern-run", check=False).returncode == 0):
                return
            time.sleep(0.01)
        raise RuntimeError(f"{host} did not come up")

    # --- daemons

    def start_munge(self):
        self.on("login", "munged", "--force", f"--key-file={ROOT}/etc/munge.key", f"--socket={ROOT}/run/munge.sock",
                f"--pid-file={ROOT}/run/munged.pid", f"--log-file={ROOT}/log/munged.log", f"--seed-file={ROOT}/run/munge.seed", "--num-threads=2")

    def start_controller(self):
        self.on("login", "slurmctld", "-f", ROOT / "etc/slurm.conf")

    def start_node(self, host):
        self.on(host, "slurmd", "-f", ROOT / "etc/slurm.conf", "-N", host)

    def start_sshd(self):
        os.makedirs("/run/sshd", exist_ok=True)
        self.on("login", "/usr/sbin/sshd", "-f", ROOT / "etc/sshd_config", "-E", ROOT / "log/sshd.log")

    def kill(self, name, number=signal.SIGTERM, tree=False):
        """Ends a daemon by its pid file: "slurmctld", "slurmd-node1", "sshd"; sshd's sessions as well when `tree`."""
        with contextlib.suppress(OSError, ValueError):
            pid = int((ROOT / f"run/{name}.pid").read_text())
            children = run("pgrep", "-P", pid, check=False).stdout.split() if tree else []
            for child in children:
                for grandchild in run("pgrep", "-P", child, check=False).stdout.split():
                    with contextlib.suppress(OSError):
                        os.kill(int(grandchild), number)
                with contextlib.suppress(OSError):
                    os.kill(int(child), number)
            os.kill(pid, number)
            for _ in range(500):
                if not os.path.exists(f"/proc/{pid}") or "Z" in pathlib.Path(f"/proc/{pid}/stat").read_text().split()[2]:
                    break
                time.sleep(0.01)

    def lose(self, host):
        """Pulls a node's plug: its processes, jobs included, are gone at once."""
        self.kill(f"slurmd-{host}", signal.SIGKILL)
        mine = os.readlink(f"/proc/{self.pid(host)}/ns/net")
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if os.readlink(process / "ns/net") == mine and int(process.name) != self.pid(host):
                    os.kill(int(process.name), signal.SIGKILL)

    def idle(self, seconds=30):
        """Waits until every node waits for work."""
        for _ in range(int(seconds * 10)):
            if self.on("login", "sinfo", "-h", "-p", "debug", "-N", "-t", "idle", "-o", "%n", check=False).stdout.split().__len__() == NODES:
                return
            time.sleep(0.1)
        raise RuntimeError("the nodes don't become idle: " + self.on("login", "sinfo", "-N", "-l", check=False).stdout)

    # --- up and down

    def up(self):
        self.down()
        for folder in ["etc", "run", "log", "state", "discern", "small", "spool", "tmp", "home"]:
            (ROOT / folder).mkdir(parents=True, exist_ok=True)
        for host in self.hosts():
            (ROOT / "spool" / host).mkdir()
            (ROOT / "tmp" / host).mkdir(mode=0o1777)
        ROOT.chmod(0o755)
        run("mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK_MB}m,mode=1777", "tmpfs", ROOT / "small")
        run("cp", "-a", "/etc", ROOT / "etcfs")
        (ROOT / "etcfs/hosts").write_text("127.0.0.1 localhost\n" + "".join(f"{self.address(h)} {h}\n" for h in self.hosts()))
        with open(ROOT / "etcfs/passwd", "a") as file:
            file.write(f"{USER}:x:{UID}:{UID}::{HOME}:/bin/bash\n")
        with open(ROOT / "etcfs/group", "a") as file:
            file.write(f"{USER}:x:{UID}:\n")
        with open(ROOT / "etcfs/shadow", "a") as file:
            file.write(f"{USER}:*:19000:0:99999:7:::\n")
        for key in ["user", "host"]:
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ROOT / f"etc/{key}_key")
        (HOME / ".ssh").mkdir(parents=True)
        shutil.copy(ROOT / "etc/user_key.pub", HOME / ".ssh/authorized_keys")
        run("chown", "-R", f"{UID}:{UID}", HOME)
        (HOME / ".ssh").chmod(0o700)
        key = ROOT / "etc/munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o600)
        for i in range(NODES):
            run("mknod", ROOT / f"run/gpu{i + 1}", "c", 1, 3)
        (ROOT / "etc/slurm.conf").write_text(self._slurm_conf())
        (ROOT / "etc/gres.conf").write_text("".join(f"NodeName=node{i + 1} Name=gpu File={ROOT}/run/gpu{i + 1}\n" for i in range(NODES)))
        (ROOT / "etc/sshd_config").write_text("\n".join([
            "Port 22", f"ListenAddress {self.address('login')}", f"HostKey {ROOT}/etc/host_key", f"PidFile {ROOT}/run/sshd.pid",
            "AuthorizedKeysFile .ssh/authorized_keys", "PasswordAuthentication no", "KbdInteractiveAuthentication no", "UsePAM no",
            "StrictModes no", "ClientAliveInterval 5", "ClientAliveCountMax 3", "MaxSessions 30", "MaxStartups 100",
            f"SetEnv SLURM_CONF={ROOT}/etc/slurm.conf", "Subsystem sftp internal-sftp", ""]))
        public = (ROOT / "etc/host_key.pub").read_text().split()[:2]
        (ROOT / "etc/known_hosts").write_text(f"login,{self.address('login')} {' '.join(public)}\n")
        (ROOT / "etc/ssh_config").write_text(self._ssh_config())
        run("ip", "link", "add", BRIDGE, "type", "bridge")
        run("ip", "addr", "add", f"{NET}.1/24", "dev", BRIDGE)
        run("ip", "link", "set", BRIDGE, "up")
        for host in self.hosts():
            self._make_host(host)
        self.start_munge()
        self.start_controller()
        for host in self.hosts()[1:]:
            self.start_node(host)
        self.start_sshd()
        self.idle()

    def down(self):
        if not ROOT.exists():
            return
        for name in ["slurmctld", "sshd"] + [f"slurmd-node{i + 1}" for i in range(NODES)]:
            self.kill(name, signal.SIGKILL)
        spaces = set()
        for file in (ROOT / "run").glob("*.pid"):
            with contextlib.suppress(OSError, ValueError):
                spaces.add(os.readlink(f"/proc/{int(file.read_text())}/ns/net"))
        spaces.discard(os.readlink("/proc/self/ns/net"))
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if os.readlink(process / "ns/net") in spaces:
                    os.kill(int(process.name), signal.SIGKILL)
        for host in self.hosts():
            run("ip", "link", "del", f"dv{SITE}-{host}", check=False)
        run("ip", "link", "del", BRIDGE, check=False)
        for _ in range(100):
            if run("umount", ROOT / "small", check=False).returncode != 0 and not os.path.ismount(ROOT / "small"):
                break
            time.sleep(0.05)
        run("rm", "-rf", "--one-file-system", ROOT)

    def _slurm_conf(self):
        nodes = "\n".join(f"NodeName=node{i + 1} NodeAddr={self.address(f'node{i + 1}')} CPUs=2 Boards=1 SocketsPerBoard=1 "
                          "CoresPerSocket=2 ThreadsPerCore=1 RealMemory=2000 Gres=gpu:1" for i in range(NODES))
        return f"""ClusterName=tests
SlurmctldHost=login({self.address("login")})
SlurmUser=root
SlurmctldPort=17817
SlurmdPort=17818
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={ROOT}/run/munge.sock
StateSaveLocation={ROOT}/state
SlurmdSpoolDir={ROOT}/spool/%n
SlurmctldPidFile={ROOT}/run/slurmctld.pid
SlurmdPidFile={ROOT}/run/slurmd-%n.pid
SlurmctldLogFile={ROOT}/log/slurmctld.log
SlurmdLogFile={ROOT}/log/slurmd-%n.log
TmpFS={ROOT}/tmp/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=200
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,sched_interval=2,batch_sched_delay=0,sched_min_interval=0
MpiDefault=pmix
ReturnToService=2
SlurmctldTimeout=10
SlurmdTimeout=10
InactiveLimit=0
KillWait=3
MinJobAge=300
MessageTimeout=10
MailProg=/bin/true
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
GresTypes=gpu
{nodes}
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE DefaultTime=10 State=UP
PartitionName=short Nodes=ALL MaxTime=1 State=UP
"""

    def _ssh_config(self):
        common = f"""  User {USER}
  IdentityFile {ROOT}/etc/user_key
  IdentitiesOnly yes
  UserKnownHostsFile {ROOT}/etc/known_hosts
  StrictHostKeyChecking yes
"""
        return (f"Host login\n  HostName {self.address('login')}\n{common}"
                f"Host jumped\n  HostName {self.address('login')}\n  HostKeyAlias login\n  ProxyCommand ssh -F {ROOT}/etc/ssh_config -W %h:%p login\n{common}"
                f"Host stranger\n  HostName {self.address('login')}\n  HostKeyAlias never-seen\n  User {USER}\n  IdentityFile {ROOT}/etc/user_key\n"
                f"  UserKnownHostsFile {ROOT}/etc/known_hosts\n"
                f"Host locked\n  HostName {self.address('login')}\n  HostKeyAlias login\n  User {USER}\n  IdentityFile {ROOT}/etc/host_key\n  IdentitiesOnly yes\n"
                f"  UserKnownHostsFile {ROOT}/etc/known_hosts\n")


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in ("up", "down", "on"):
        sys.exit(__doc__)
    reason = missing()
    if reason:
        sys.exit("no cluster here: " + reason)
    cluster = Cluster(os.environ.get("DISCERN_BUILD", pathlib.Path(__file__).resolve().parents[2] / "build"))
    if sys.argv[1] == "on":
        done = cluster.on(sys.argv[2], *sys.argv[3:], check=False)
        sys.stdout.write(done.stdout)
        sys.stderr.write(done.stderr)
        sys.exit(done.returncode)
    getattr(cluster, sys.argv[1])()


if __name__ == "__main__":
    main()
