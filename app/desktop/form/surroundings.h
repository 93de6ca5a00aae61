#pragma once
#include "data/block.h"
#include "link/link.h"

#include <QObject>
#include <functional>

namespace discern::desktop {

/// What the editors of a form know of the data: the fields that stand in the analysis's inputs, and the session.
class Surroundings final : public QObject {
  Q_OBJECT
public:
  /// `chosen`: input → layer id, of those that have one. What it refers to outlives this.
  Surroundings(link::Link& link, data::FieldProvider& provider,
               std::function<std::map<std::string, std::string>()> chosen, QObject* parent = nullptr);
  [[nodiscard]] link::Link& link() const { return link_; }
  [[nodiscard]] data::FieldProvider& provider() const { return provider_; }
  /// The layer in an input; nullptr: none.
  [[nodiscard]] const session::Layer* layer(const std::string& input) const;
  /// The field in an input; nullptr: none, or not known yet.
  [[nodiscard]] const data::FieldInfo* field(const std::string& input) const;
  /// The file of an input; nullptr: none, or not known yet.
  [[nodiscard]] const data::DatasetInfo* dataset(const std::string& input) const;
  [[nodiscard]] const data::FieldInfo* fieldOf(const session::Layer& layer) const;
  /// Another layer stands in an input, or more is known of one.
  void tellChanged() { Q_EMIT changed(); }

Q_SIGNALS:
  void changed();

private:
  link::Link& link_;
  data::FieldProvider& provider_;
  std::function<std::map<std::string, std::string>()> chosen_;
};

} // namespace discern::desktop
