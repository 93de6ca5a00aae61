#pragma once
#include "data/block.h"
#include "desktop/analyses/analysis.h"
#include "link/link.h"

#include <QWidget>

class QComboBox;
class QLabel;

namespace discern::desktop {

/// Which layer goes into which input. Offers the layers of the input's kind; follows the session.
class InputForm final : public QWidget {
  Q_OBJECT
public:
  InputForm(std::vector<Input> inputs, link::Link& link, data::FieldProvider& provider, QWidget* parent = nullptr);
  /// Input name → layer id, of those that have one.
  [[nodiscard]] std::map<std::string, std::string> values() const;
  void setValues(const std::map<std::string, std::string>& layers);
  [[nodiscard]] bool valid() const { return problems().isEmpty(); }
  [[nodiscard]] QStringList problems() const;
  /// Of the layer in the first input; 0: none or not known yet.
  [[nodiscard]] std::int64_t voxels() const;
  [[nodiscard]] QComboBox* chooser(const std::string& input) const;

Q_SIGNALS:
  void changed();

private:
  struct Row {
    Input input;
    QComboBox* combo;
    QLabel* note;
    bool picked = false; ///< by the person: the active layer no longer decides
  };
  void refill();
  void preselect(Row& row) const;
  void describe();
  [[nodiscard]] const data::FieldInfo* infoOf(const std::string& layer) const;

  link::Link& link_;
  data::FieldProvider& provider_;
  std::vector<Row> rows_;
};

} // namespace discern::desktop
