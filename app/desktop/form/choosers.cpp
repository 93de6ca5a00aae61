#include "desktop/form/choosers.h"

#include "desktop/analyses/choice_box.h"
#include "desktop/form/surroundings.h"
#include "form/field_address.h"

#include <QFileInfo>
#include <QSignalBlocker>
#include <QStandardItemModel>

namespace discern::desktop {

using nlohmann::json;

namespace {

QString str(const std::string& s) { return QString::fromStdString(s); }

std::int64_t lengthAlong(const data::FieldInfo& field, const std::string& axis) {
  return axis == "time" ? field.time.size : field.shape[static_cast<std::size_t>(axis[0] - 'x')];
}

} // namespace

AxisEditor::AxisEditor(const Parameter& parameter, Surroundings* around, QWidget* owner)
    : Editor(parameter), around_(around), box_(new ChoiceBox(owner)) {
  for (const std::string& axis : parameter.axes)
    box_->addItem(str(axis), str(axis));
  connect(box_, &QComboBox::currentIndexChanged, this, &Editor::changed);
  if (around) connect(around, &Surroundings::changed, this, &AxisEditor::refill);
  refill();
}

QWidget* AxisEditor::widget() const { return box_; }

const data::FieldInfo* AxisEditor::field() const {
  return around_ && !parameter().input.empty() ? around_->field(parameter().input) : nullptr;
}

void AxisEditor::refill() {
  const data::FieldInfo* info = field();
  auto* model = qobject_cast<QStandardItemModel*>(box_->model());
  for (int i = 0; i < box_->count(); ++i) {
    QString length;
    const std::string axis = parameter().axes[static_cast<std::size_t>(i)];
    QString text = axis == "time" ? tr("Time") : str(axis);
    if (info) {
      if (axis != "time") {
        const QString name = str(info->axisNames[static_cast<std::size_t>(axis[0] - 'x')]);
        if (!name.isEmpty() && name != text) text = QStringLiteral("%1 (%2)").arg(name, text);
      }
      const std::int64_t count = lengthAlong(*info, axis);
      text += QStringLiteral(" · %1").arg(count); // short: the field is narrow
      length = axis == "time" ? counted(count, tr("%1 step"), tr("%1 steps"))
                              : counted(count, tr("%1 voxel"), tr("%1 voxels"));
    }
    box_->setItemData(i, length, Qt::ToolTipRole);
    box_->setItemText(i, text);
    if (model) model->item(i)->setEnabled(!info || lengthAlong(*info, axis) > 1);
  }
  Q_EMIT changed();
}

json AxisEditor::value() const { return box_->currentData().toString().toStdString(); }

void AxisEditor::setValue(const json& value) {
  if (value.is_string()) box_->setCurrentIndex(std::max(0, box_->findData(str(value.get<std::string>()))));
}

QString AxisEditor::problem() const {
  const data::FieldInfo* info = field();
  const std::string axis = value().get<std::string>();
  if (!info || axis.empty() || lengthAlong(*info, axis) > 1) return Editor::problem();
  return tr("The input does not extend along %1.").arg(axis == "time" ? tr("time") : str(axis));
}

FieldEditor::FieldEditor(const Parameter& parameter, Surroundings& around, QWidget* owner)
    : Editor(parameter), around_(around), box_(new ChoiceBox(owner)) {
  connect(&around, &Surroundings::changed, this, &FieldEditor::refill);
  connect(box_, &QComboBox::currentIndexChanged, this, &Editor::changed);
  refill();
}

QWidget* FieldEditor::widget() const { return box_; }

bool FieldEditor::fits(const data::FieldInfo& field) const {
  return parameter().kind.empty() || field.labels == (parameter().kind == "labels");
}

void FieldEditor::refill() {
  const QString before = box_->currentData().toString();
  {
    const QSignalBlocker quiet(box_);
    box_->clear();
    box_->addItem(parameter().required ? tr("Choose…") : tr("None"), QString());
    if (!parameter().input.empty()) {
      if (const data::DatasetInfo* dataset = around_.dataset(parameter().input))
        for (const data::FieldInfo& field : dataset->fields)
          if (fits(field)) box_->addItem(str(field.name), str(field.name));
    } else {
      const auto& layers = around_.link().state().layers;
      for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
        const data::FieldInfo* field = around_.fieldOf(*layer);
        const QString address = str(form::FieldAddress{layer->path, field ? field->name : ""}.text());
        if (field && fits(*field) && box_->findData(address) < 0) {
          box_->addItem(str(layer->name), address);
          box_->setItemData(box_->count() - 1, address, Qt::ToolTipRole);
        }
      }
    }
    if (!before.isEmpty() && box_->findData(before) < 0) box_->addItem(before, before); // kept, and told by problem()
    box_->setCurrentIndex(std::max(0, box_->findData(before)));
  }
  Q_EMIT changed();
}

json FieldEditor::value() const { return box_->currentData().toString().toStdString(); }

void FieldEditor::setValue(const json& value) {
  if (!value.is_string()) return;
  const QString name = str(value.get<std::string>());
  if (box_->findData(name) < 0) box_->addItem(QFileInfo(name).fileName(), name);
  box_->setCurrentIndex(box_->findData(name));
}

QString FieldEditor::problem() const {
  const std::string name = value().get<std::string>();
  const data::DatasetInfo* dataset = parameter().input.empty() ? nullptr : around_.dataset(parameter().input);
  if (!name.empty() && dataset) {
    const auto found = std::find_if(dataset->fields.begin(), dataset->fields.end(),
                                    [&](const data::FieldInfo& field) { return field.name == name; });
    if (found == dataset->fields.end()) return tr("The file of the input has no field “%1”.").arg(str(name));
  }
  return name.empty() && parameter().required ? tr("Choose a field.") : QString();
}

QString FieldEditor::note() const {
  return box_->count() > 1 || !parameter().input.empty() ? QString()
         : parameter().kind == "labels"                  ? tr("No labels are open.")
                                                         : tr("Nothing is open.");
}

} // namespace discern::desktop
