#pragma once
#include "data/block.h"
#include "desktop/analyses/analysis.h"
#include "link/link.h"

#include <QWidget>
#include <functional>
#include <optional>

class QComboBox;
class QLabel;

namespace discern::desktop {

/// Which layer goes into which input. Offers the layers of the input's kind. A new form follows the active layer; what
/// was chosen or kept stands as long as its layer is there, whatever is added, selected or removed beside it.
class InputForm final : public QWidget {
  Q_OBJECT
public:
  InputForm(std::vector<Input> inputs, link::Link& link, data::FieldProvider& provider, QWidget* parent = nullptr);
  /// Input name → layer id, of those that have one.
  [[nodiscard]] std::map<std::string, std::string> values() const;
  void setValues(const std::map<std::string, std::string>& layers);
  /// One input shows a layer again, or none.
  void choose(const std::string& input, const std::string& layer);
  /// What the inputs show now stays: the person works with it.
  void keep();
  /// True for the layers that this analysis made: no default, unless nothing else fits.
  void setOwnResults(std::function<bool(const session::Layer&)> own);
  [[nodiscard]] bool valid() const { return problems().isEmpty(); }
  [[nodiscard]] QStringList problems() const;
  /// Of the layer in the first input; 0: none or not known yet.
  [[nodiscard]] std::int64_t voxels() const;
  [[nodiscard]] QComboBox* chooser(const std::string& input) const;

Q_SIGNALS:
  void changed();
  /// The person chose another layer for an input; layer ids, empty: none.
  void chosen(const std::string& input, const std::string& before, const std::string& after);

private:
  struct Row {
    Input input;
    QComboBox* combo;
    QLabel* note;
    std::optional<QString> kept = {}; ///< the layer that was chosen: the active one no longer decides
    QString before = {}, now = {};    ///< what it showed and shows
  };
  void refill();
  void preselect(const Row& row) const;
  void describe();
  [[nodiscard]] static std::optional<QString> shown(const Row& row);
  [[nodiscard]] const data::FieldInfo* infoOf(const std::string& layer) const;

  link::Link& link_;
  data::FieldProvider& provider_;
  std::function<bool(const session::Layer&)> own_;
  std::vector<Row> rows_;
};

} // namespace discern::desktop
