#pragma once
#include "remote/host_profile.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

/// An sshd of this user alone, on a high port of this machine, with keys and a configuration for ssh of its own:
/// another machine as far as ssh can tell. The state folder over there is `home`/state.
class PrivateSshd {
public:
  /// Why it can't be had here; empty: it runs.
  [[nodiscard]] QString start() {
    const QString sshd = QStandardPaths::findExecutable("sshd", {"/usr/sbin", "/usr/local/sbin", "/usr/bin"});
    if (sshd.isEmpty() || QStandardPaths::findExecutable("ssh").isEmpty()) return "there is no sshd";
    if (geteuid() == 0) QDir().mkpath("/run/sshd");
    for (const char* key : {"host", "client"})
      if (QProcess::execute("ssh-keygen", {"-q", "-t", "ed25519", "-N", "", "-f", path(key)}) != 0) return "no key";
    QFile::copy(path("client.pub"), path("authorized"));
    for (int attempt = 0; attempt < 5; ++attempt) {
      const int port = 20000 + static_cast<int>(QRandomGenerator::global()->bounded(20000));
      write("sshd_config", QString("Port %1\nListenAddress 127.0.0.1\nHostKey %2\nAuthorizedKeysFile %3\nPidFile none\n"
                                   "StrictModes no\nUsePAM no\nPasswordAuthentication no\n"
                                   "KbdInteractiveAuthentication no\nPrintMotd no\nMaxStartups 100\n"
                                   "SetEnv XDG_STATE_HOME=%4/state\n")
                               .arg(port)
                               .arg(path("host"), path("authorized"), folder_.path()));
      daemon_.setStandardErrorFile(path("sshd.log"));
      daemon_.start(sshd, {"-D", "-e", "-f", path("sshd_config")});
      if (!daemon_.waitForStarted(3000)) return "sshd doesn't start";
      QElapsedTimer clock;
      for (clock.start(); clock.elapsed() < 3000 && daemon_.state() == QProcess::Running;) {
        if (listens(port)) {
          known(port);
          write("ssh_config", QString("Host far\n  HostName 127.0.0.1\n  Port %1\n  IdentityFile %2\n"
                                      "  IdentitiesOnly yes\n  UserKnownHostsFile %3\n  StrictHostKeyChecking yes\n")
                                  .arg(port)
                                  .arg(path("client"), path("known_hosts")));
          const int code = QProcess::execute("ssh", {"-F", config(), "-o", "BatchMode=yes", "far", "true"});
          return code == 0 ? QString() : "signing in to the private sshd doesn't work: code " + QString::number(code);
        }
        daemon_.waitForFinished(50);
      }
      daemon_.kill();
      daemon_.waitForFinished();
    }
    QFile log(path("sshd.log"));
    return log.open(QIODevice::ReadOnly) ? "sshd ended: " + QString::fromUtf8(log.readAll()) : "sshd ended";
  }
  ~PrivateSshd() {
    daemon_.kill();
    daemon_.waitForFinished();
  }
  /// The profile of a host there, not saved: discern-run is that of this build, runs go to `scratch`.
  [[nodiscard]] discern::remote::HostProfile profile(const std::string& name = "far") const {
    discern::remote::HostProfile profile;
    profile.name = name;
    profile.destination = "far";
    profile.sshConfig = config().toStdString();
    profile.runner = DISCERN_BINARY_DIR "/bin/discern-run";
    profile.scratch = path("scratch").toStdString();
    return profile;
  }
  [[nodiscard]] QString config() const { return path("ssh_config"); }
  [[nodiscard]] QString path(const QString& name) const { return folder_.filePath(name); }
  void write(const QString& name, const QString& text) const {
    QFile file(path(name));
    if (file.open(QIODevice::WriteOnly)) file.write(text.toUtf8());
  }

private:
  [[nodiscard]] static bool listens(int port) {
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool yes = connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(descriptor);
    return yes;
  }
  void known(int port) const {
    QFile key(path("host.pub"));
    if (key.open(QIODevice::ReadOnly))
      write("known_hosts", QString("[127.0.0.1]:%1 %2").arg(port).arg(QString::fromUtf8(key.readAll())));
  }
  QTemporaryDir folder_;
  QProcess daemon_;
};
