// What the window does with other machines.

#include "analyses/analysis_panel.h"
#include "analyses/job_controller.h"
#include "desktop/hosts/host_runs_dialog.h"
#include "desktop/hosts/hosts_dialog.h"
#include "desktop/hosts/remote_runs.h"
#include "desktop/window/main_window.h"
#include "desktop/window/message_banner.h"

namespace discern::desktop {

void MainWindow::wireRemoteRuns() {
  const auto sentence = [](const QString& host) {
    return tr("%1 wants you to sign in before its runs can be followed. They go on meanwhile.").arg(host);
  };
  connect(remote_, &RemoteRuns::signInWanted, this, [this, sentence](const QString& run, const QString& host) {
    tell({Message::Kind::Warning, sentence(host), {}, {{tr("Sign In…"), [this, run] { remote_->signIn(run); }}}, 0});
  });
  connect(remote_, &RemoteRuns::signedIn, this,
          [this, sentence](const QString& host) { messages_->dismiss(sentence(host)); });
}

void MainWindow::showHosts(const QString& name) {
  if (!hosts_) {
    hosts_ = new HostsDialog(this);
    connect(hosts_, &HostsDialog::hostsChanged, this, [this] {
      analyses_->reloadHosts();
      if (hostRuns_) hostRuns_->reloadHosts();
    });
  }
  hosts_->present(name);
}

void MainWindow::showHostRuns(const QString& host) {
  if (!hostRuns_) {
    hostRuns_ = new HostRunsDialog(*remote_, this);
    connect(hostRuns_, &HostRunsDialog::hostsRequested, this, &MainWindow::showHosts);
    connect(hostRuns_, &HostRunsDialog::joinedRun, this, &MainWindow::showJob);
  }
  hostRuns_->present(host);
}

} // namespace discern::desktop
