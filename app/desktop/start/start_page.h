#pragma once
#include "desktop/session/recovery.h"

#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace discern::desktop {

class Appearance;
class RecentFiles;

/// One of the demos that come with the program.
struct Demo {
  QString id;        ///< "nuclei"
  QString title;     ///< "Nuclei"
  QString text;      ///< what it shows, one sentence
  QStringList files; ///< absolute
  QString picture;   ///< absolute path of a PNG; empty or absent: the icon stands in
  QString icon;
};
[[nodiscard]] std::vector<Demo> demosIn(const QString& resources);

/// What a window without data shows: the demos, recent files, and how to open one's own.
class StartPage final : public QWidget {
  Q_OBJECT
public:
  StartPage(const Appearance& appearance, RecentFiles& recent, const QString& resources, QWidget* parent = nullptr);
  /// Shows the offer to restore what a crash left behind; one offer for each.
  void offer(const std::vector<Recovered>& recovered);
  /// Files are being opened: the page says so.
  void setPending(const QStringList& paths);

Q_SIGNALS:
  void openRequested();
  void openOnHostRequested();
  void fileRequested(const QString& path);
  void demoRequested(const QString& id);
  void restoreRequested(const discern::desktop::Recovered& recovered);
  void discardRequested(const QString& path);

protected:
  void paintEvent(QPaintEvent* event) override;
  void showEvent(QShowEvent* event) override;

private:
  void listRecent(); ///< waits for the page to be seen
  const Appearance& appearance_;
  RecentFiles& recent_;
  QVBoxLayout *offers_, *recentList_;
  QLabel* pending_;
  bool listed_ = false;
};

} // namespace discern::desktop
