#pragma once
#include <QStringList>

namespace discern::desktop {

/// Hosts and folders that were looked into lately, newest first, kept in the settings. `remember` false: nothing is
/// written.
class HostMemory {
public:
  explicit HostMemory(bool remember) : remember_(remember) {}
  [[nodiscard]] static QStringList hosts();
  [[nodiscard]] static QStringList folders(const QString& host);
  void add(const QString& host, const QString& folder) const;

private:
  bool remember_;
};

} // namespace discern::desktop
