#pragma once
#include "channel/client/host_state.h"
#include "desktop/browse/host_memory.h"

#include <QDialog>
#include <QPointer>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QToolButton;
class QTreeView;

namespace discern::channel {
class Client;
}

namespace discern::desktop {

class Appearance;
class FolderModel;
class FolderOrder;
class PathBar;

/// Looks for files on another machine, through the data service there. Whatever is typed narrows the list; Enter opens
/// a file or enters a folder, Backspace goes up.
class HostBrowser final : public QDialog {
  Q_OBJECT
public:
  HostBrowser(channel::Client& client, const Appearance& appearance, bool remember, QWidget* parent = nullptr);
  ~HostBrowser() override;
  /// Connects to `host`; empty: to the one used last, or asks.
  void start(const QString& host);
  [[nodiscard]] const QString& host() const { return host_; }
  [[nodiscard]] QString folder() const;
  [[nodiscard]] QString status() const; ///< what the line below the list says

Q_SIGNALS:
  void chosen(const QStringList& addresses);

protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void showEvent(QShowEvent* event) override;

private:
  void build();
  void listHosts();
  void connectTo(const QString& host);
  void go(const QString& folder);
  void followHost(const QString& host);
  void say(const QString& words, const char* tone);
  void showPlaces();
  void activate(const QModelIndex& index);
  void openChosen();
  void refreshButtons();
  void sayCount();
  void up();

  channel::Client& client_;
  QPointer<channel::Client> clientLives_;
  const Appearance& appearance_;
  HostMemory memory_;
  QComboBox* hosts_;
  QToolButton *up_, *home_;
  PathBar* path_;
  QLineEdit* filter_;
  QListWidget* places_;
  QTreeView* list_;
  FolderModel* model_;
  FolderOrder* order_;
  QLabel* status_;
  QCheckBox* hidden_;
  QPushButton* open_;
  QString host_, homeFolder_;
  std::int64_t unlisted_ = 0; ///< entries of the folder beyond those in the list
};

} // namespace discern::desktop
