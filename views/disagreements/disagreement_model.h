#pragma once
#include "disagreements/disagreement.h"
#include "style/style.h"

#include <QAbstractTableModel>
#include <vector>

namespace discern::views {

/// The table of disagreements for a QTableView: sort by Qt::UserRole (numbers as numbers).
class DisagreementModel final : public QAbstractTableModel {
  Q_OBJECT
public:
  enum Column { Rank, Kind, Truth, Prediction, Iou, Voxels, Cost, Columns };
  DisagreementModel(const Style& style, QObject* parent);
  void setStyle(const Style& style);
  /// `costUnit` may be empty: then the voxels' size is unknown.
  void setRows(std::vector<Disagreement> rows, const QString& costUnit = {});
  [[nodiscard]] const std::vector<Disagreement>& rows() const { return rows_; }
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
  Style style_;
  std::vector<Disagreement> rows_;
  QString costUnit_;
};

/// The fixed sign of a kind: colour and shape, so that neither is needed alone.
[[nodiscard]] QIcon kindIcon(const std::string& kind, const Style& style);
/// "Missed": the kind as a word; and what it means for this row, in a sentence.
[[nodiscard]] QString kindText(const std::string& kind);
[[nodiscard]] QString kindHelp(const Disagreement& row);

} // namespace discern::views
