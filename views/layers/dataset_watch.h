#pragma once
#include "data/block.h"
#include "link/link.h"

#include <QObject>
#include <set>
#include <string>

namespace discern::views {

/// Sees to it that the file of every layer of the session is opened, and says when one becomes known, so that widgets
/// made before their data can show them.
class DatasetWatch final : public QObject {
  Q_OBJECT
public:
  DatasetWatch(link::Link& link, data::FieldProvider& provider, QObject* parent);

Q_SIGNALS:
  void known();

private:
  void look();
  link::Link& link_;
  data::FieldProvider& provider_;
  std::set<std::string> asked_;
};

} // namespace discern::views
