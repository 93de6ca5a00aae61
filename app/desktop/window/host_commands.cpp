// What the window does with other machines.

#include "analyses/analysis_panel.h"
#include "desktop/hosts/hosts_dialog.h"
#include "desktop/window/main_window.h"

namespace discern::desktop {

void MainWindow::showHosts(const QString& name) {
  if (!hosts_) {
    hosts_ = new HostsDialog(this);
    connect(hosts_, &HostsDialog::hostsChanged, analyses_, &AnalysisPanel::reloadHosts);
  }
  hosts_->present(name);
}

} // namespace discern::desktop
