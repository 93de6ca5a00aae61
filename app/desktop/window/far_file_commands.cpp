// What the window does with files on other machines: finding them, and living with connections that come and go.

#include "channel/client/client.h"
#include "desktop/browse/host_browser.h"
#include "desktop/session/file_opener.h"
#include "desktop/session/place.h"
#include "desktop/tree/data_tree.h"
#include "desktop/tree/layer_model.h"
#include "desktop/window/main_window.h"
#include "desktop/window/message_banner.h"

namespace discern::desktop {

void MainWindow::wireHosts() { connect(client_, &channel::Client::hostChanged, this, &MainWindow::followHost); }

void MainWindow::followHost(const QString& host) {
  using Kind = channel::HostState::Kind;
  QSet<QString> away;
  for (const std::string& each : client_->hosts()) {
    const Kind kind = client_->hostState(each).kind;
    if (kind == Kind::Unreachable || kind == Kind::Refused) away.insert(QString::fromStdString(each));
  }
  tree_->model().setUnreachable(away);

  const channel::HostState state = client_->hostState(host.toStdString());
  const QString before = hostTold_[host];
  const auto shown = [this, &host](const std::string& path) {
    return hostName(QString::fromStdString(path)) == host && client_->info(path);
  };
  const auto& layers = link_->state().layers;
  const auto& tables = link_->state().tables;
  const bool inUse = std::any_of(layers.begin(), layers.end(), [&](const auto& layer) { return shown(layer.path); }) ||
                     std::any_of(tables.begin(), tables.end(), [&](const auto& table) { return shown(table.path); });
  const auto say = [&](const Message& message) {
    if (before == message.text && messages_->texts().contains(before)) return;
    messages_->dismiss(before);
    hostTold_[host] = message.text;
    tell(message);
  };
  const auto again = [this, name = host.toStdString()] { client_->reconnect(name); };
  switch (state.kind) {
  case Kind::Unreachable:
    // Of a file that can't be opened at all, its opener speaks.
    if (inUse && before.isEmpty())
      say({Message::Kind::Warning,
           tr("%1 can't be reached. What is shown stays; the connection is tried again by itself.").arg(host),
           QString::fromStdString(state.reason),
           {{tr("Try Now"), again}},
           0});
    break;
  case Kind::Refused:
    if (inUse)
      say({Message::Kind::Error,
           tr("%1 can't be reached, and trying again by itself won't help. What is shown stays.").arg(host),
           QString::fromStdString(state.reason),
           {{tr("Reconnect"), again}},
           0});
    break;
  case Kind::Reachable:
    messages_->dismiss(before);
    hostTold_.erase(host);
    if (!before.isEmpty()) tell({Message::Kind::Info, tr("%1 is reachable again.").arg(host), {}, {}, 4});
    opener_->retryOn(host);
    break;
  case Kind::Connecting:
  case Kind::Unused:
    break;
  }
}

void MainWindow::openOnHost(const QString& host) {
  auto* browser = new HostBrowser(*client_, appearance_, options_.remember, this);
  browser->setAttribute(Qt::WA_DeleteOnClose);
  connect(browser, &HostBrowser::chosen, this, &MainWindow::openFiles);
  browser->start(host);
  browser->open();
}

} // namespace discern::desktop
