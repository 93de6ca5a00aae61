#pragma once
#include "link/region_board.h"
#include "session/session.h"

#include <QObject>

namespace discern::link {

/// What views share: the session's state, as signals. Every view reads from `state()` and changes it through `run()`;
/// nothing else.
class Link final : public QObject {
  Q_OBJECT
public:
  explicit Link(QObject* parent = nullptr);
  [[nodiscard]] const session::State& state() const { return session_.state(); }
  [[nodiscard]] session::Session& session() { return session_; }
  /// Boxes of voxels that are being chosen; no part of the state.
  [[nodiscard]] RegionBoard& regions() { return regions_; }
  void run(const std::string& name, nlohmann::json args = nlohmann::json::object());
  void setCursor(const data::Vec3& world);
  void setTime(std::int64_t step);
  void select(const std::string& layer, const std::set<std::int64_t>& labels);

Q_SIGNALS:
  void stateChanged(const discern::session::State& before,
                    const discern::session::State& after); ///< after every change
  void layersChanged(); ///< order or a property of a layer or a table, or which is active
  void cursorMoved();
  void timeChanged();
  void selectionChanged();
  void comparisonChanged();
  void layoutChanged();
  void historyChanged();
  void refused(const QString& why); ///< a command made no sense; the sentence says why

private:
  session::Session session_;
  RegionBoard regions_;
};

} // namespace discern::link
