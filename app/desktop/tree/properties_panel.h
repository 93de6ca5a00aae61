#pragma once
#include "data/block.h"
#include "link/link.h"

#include <QWidget>
#include <vector>

class QGridLayout;
class QLabel;
class QScrollArea;

namespace discern::desktop {

/// What is known of the chosen layer or table: shape, type, axes, units, frame and the transform used, time, warnings,
/// the file's own attributes.
class PropertiesPanel final : public QWidget {
  Q_OBJECT
public:
  struct Row {
    QString name, value;
    bool heading = false; ///< `name` starts a section
    bool warning = false;
  };
  PropertiesPanel(link::Link& link, data::FieldProvider& provider, QWidget* parent = nullptr);
  void refresh(); ///< after the layers have changed, or the provider has learnt of a dataset
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
  /// All rows as "name<Tab>value" lines.
  [[nodiscard]] QString asText() const;

private:
  void show(std::vector<Row> rows);
  void ask(const session::Layer& layer, const data::FieldInfo& field);
  link::Link& link_;
  data::FieldProvider& provider_;
  std::vector<Row> rows_;
  QString asked_; ///< whose statistics
  std::optional<data::Statistics> statistics_;
  QScrollArea* scroll_;
  QLabel* empty_;
};

/// What is worth knowing of a grid that is drawn without a field.
[[nodiscard]] std::vector<PropertiesPanel::Row> gridPropertiesOf(const data::DatasetInfo& dataset,
                                                                 const std::string& grid);
/// What is known of a table before it is read: rows, columns with their units, its file.
[[nodiscard]] std::vector<PropertiesPanel::Row> tablePropertiesOf(const data::DatasetInfo& dataset,
                                                                  const std::string& table);
/// The rows for one field of a dataset. `statistics`: of the step that gives it its colours; nullptr: not known yet.
[[nodiscard]] std::vector<PropertiesPanel::Row> propertiesOf(const data::DatasetInfo& dataset,
                                                             const data::FieldInfo& field,
                                                             const data::Statistics* statistics = nullptr);

} // namespace discern::desktop
