#pragma once
#include "data/block.h"
#include "link/link.h"

#include <QObject>
#include <QSet>
#include <QStringList>
#include <deque>
#include <memory>
#include <optional>

namespace discern::desktop {

/// Makes layers and tables of files, through the data service. Nothing here waits: `opened` or `failed` follows each
/// `open`.
class FileOpener final : public QObject {
  Q_OBJECT
public:
  /// Link and provider outlive the opener. Layers that a session or an undo brings back are opened by themselves.
  FileOpener(link::Link& link, data::FieldProvider& provider, QObject* parent = nullptr);
  /// Adds the file as a layer on top, or its tables where it has no picture (scene::opensAsTables); files are added in
  /// the order in which they were asked for. `role` absent: as the file says. `field` empty: the first. `anyway`:
  /// however much memory it takes.
  void open(const QString& path, std::optional<session::Role> role = {}, const QString& field = {},
            bool anyway = false);
  /// Adds one table of a file.
  void openTable(const QString& path, const QString& table);
  /// What the data service may take; files whose parts take more are not shown without being asked about. 0: unknown.
  void setMemoryBudget(double bytes) { budget_ = bytes; }
  /// Files on their way, in the order they were asked for.
  [[nodiscard]] const QStringList& pending() const { return pending_; }
  /// Files of layers and tables that could not be read.
  [[nodiscard]] const QSet<QString>& unreadable() const { return unreadable_; }
  /// Asks again for a file that could not be read.
  void retry(const QString& path);
  /// Likewise for all that are on a host, which can be reached again.
  void retryOn(const QString& host);

Q_SIGNALS:
  void pendingChanged();
  void opened(const QString& path);
  void failed(const QString& path, const QString& why);
  /// Showing the file takes `bytes` of memory, more than the budget: it is not a layer yet.
  void tooLarge(const QString& path, std::optional<session::Role> role, const QString& field, double bytes,
                double budget);
  /// A file of the session can't be read. `why` names it.
  void missing(const QString& path, const QString& why);
  /// A file was to be the truth, and it looks as if it could not be: it is there as an image. `why` is a sentence.
  void truthDoubted(const QString& layer, const QString& why);
  void known(); ///< the provider has learnt of a dataset: what depends on it can be shown now

private:
  /// A file that was asked for, and what came of it.
  struct Turn {
    QString path;
    std::optional<session::Role> role;
    QString field;
    std::optional<QString> table;
    bool anyway = false;
    std::optional<data::FieldProvider::Reply<data::DatasetInfo>> reply;
  };
  void ask(std::shared_ptr<Turn> turn);
  void takeTurns();
  void learn();
  void add(const data::DatasetInfo& dataset, const Turn& turn);
  void addLayer(const data::DatasetInfo& dataset, std::optional<session::Role> role, const QString& field);
  void addTables(const std::vector<session::Table>& tables);
  link::Link& link_;
  data::FieldProvider& provider_;
  double budget_ = 0;
  QStringList pending_;
  std::deque<std::shared_ptr<Turn>> turns_;
  QSet<QString> unreadable_;
  QSet<QString> asked_; ///< files of layers and tables that were asked for already
};

} // namespace discern::desktop
