#include "desktop/form/editor.h"

#include "desktop/analyses/choice_box.h"
#include "desktop/analyses/number_edit.h"
#include "desktop/form/check_list.h"
#include "desktop/form/choosers.h"
#include "desktop/form/color_editor.h"
#include "desktop/form/file_editor.h"
#include "desktop/form/labels_editor.h"
#include "desktop/form/region_editor.h"
#include "desktop/form/text_editor.h"
#include "desktop/form/time_range_editor.h"
#include "form/value.h"

#include <QCheckBox>

namespace discern::desktop {

using nlohmann::json;

namespace {

QString str(const std::string& s) { return QString::fromStdString(s); }

class NumberEditor final : public Editor {
public:
  NumberEditor(const Parameter& parameter, QWidget* owner)
      : Editor(parameter), edit_(new NumberEdit(parameter, owner)) {
    connect(edit_, &QDoubleSpinBox::valueChanged, this, &Editor::changed);
    connect(edit_, &QDoubleSpinBox::textChanged, this, &Editor::changed);
  }
  [[nodiscard]] QWidget* widget() const override { return edit_; }
  [[nodiscard]] json value() const override { return edit_->json(); }
  void setValue(const json& value) override { edit_->setJson(value); }
  [[nodiscard]] QString problem() const override { return edit_->problem(); }

private:
  NumberEdit* edit_;
};

class SwitchEditor final : public Editor {
public:
  SwitchEditor(const Parameter& parameter, QWidget* owner)
      : Editor(parameter), box_(new QCheckBox(str(parameter.label), owner)) {
    connect(box_, &QCheckBox::toggled, this, &Editor::changed);
  }
  [[nodiscard]] QWidget* widget() const override { return box_; }
  [[nodiscard]] json value() const override { return box_->isChecked(); }
  void setValue(const json& value) override { box_->setChecked(value == json(true)); }

private:
  QCheckBox* box_;
};

class ChoiceEditor final : public Editor {
public:
  ChoiceEditor(const Parameter& parameter, QWidget* owner) : Editor(parameter), box_(new ChoiceBox(owner)) {
    for (const form::Choice& choice : parameter.choices)
      box_->addItem(str(choice.label), str(choice.value));
    connect(box_, &QComboBox::currentIndexChanged, this, &Editor::changed);
  }
  [[nodiscard]] QWidget* widget() const override { return box_; }
  [[nodiscard]] json value() const override { return box_->currentData().toString().toStdString(); }
  void setValue(const json& value) override {
    if (value.is_string()) box_->setCurrentIndex(std::max(0, box_->findData(str(value.get<std::string>()))));
  }

private:
  ChoiceBox* box_;
};

/// Any of some choices.
class ChoicesEditor final : public Editor {
public:
  ChoicesEditor(const Parameter& parameter, QWidget* owner) : Editor(parameter), list_(new CheckList(owner)) {
    std::vector<CheckList::Item> items;
    items.reserve(parameter.choices.size());
    for (std::size_t i = 0; i < parameter.choices.size(); ++i)
      items.push_back({static_cast<std::int64_t>(i), str(parameter.choices[i].label), {}});
    list_->setItems(items);
    connect(list_, &CheckList::changed, this, &Editor::changed);
  }
  [[nodiscard]] QWidget* widget() const override { return list_; }
  [[nodiscard]] bool wide() const override { return true; }
  [[nodiscard]] json value() const override {
    json chosen = json::array();
    for (const std::int64_t i : list_->checked())
      chosen.push_back(parameter().choices[static_cast<std::size_t>(i)].value);
    return chosen;
  }
  void setValue(const json& value) override {
    std::set<std::int64_t> chosen;
    for (std::size_t i = 0; value.is_array() && i < parameter().choices.size(); ++i)
      if (std::find(value.begin(), value.end(), json(parameter().choices[i].value)) != value.end())
        chosen.insert(static_cast<std::int64_t>(i));
    list_->setChecked(chosen);
  }

private:
  CheckList* list_;
};

} // namespace

QString Editor::problem() const { return str(form::complaint(parameter_, value())); }

std::unique_ptr<Editor> makeEditor(const Parameter& p, Surroundings* around, QWidget* owner) {
  using form::Type;
  switch (p.type) {
  case Type::Number:
  case Type::Integer:
    return std::make_unique<NumberEditor>(p, owner);
  case Type::Boolean:
    return std::make_unique<SwitchEditor>(p, owner);
  case Type::Choice:
    return std::make_unique<ChoiceEditor>(p, owner);
  case Type::File:
    return std::make_unique<FileEditor>(p, owner);
  case Type::Color:
    return std::make_unique<ColorEditor>(p, owner);
  case Type::List:
    if (p.of == Type::Choice) return std::make_unique<ChoicesEditor>(p, owner);
    break;
  case Type::Axis:
    return std::make_unique<AxisEditor>(p, around, owner);
  case Type::Labels:
    if (around) return std::make_unique<LabelsEditor>(p, *around, owner);
    break;
  case Type::Field:
    if (around) return std::make_unique<FieldEditor>(p, *around, owner);
    break;
  case Type::TimeRange:
    if (around) return std::make_unique<TimeRangeEditor>(p, *around, owner);
    break;
  case Type::Region:
    if (around) return std::make_unique<RegionEditor>(p, *around, owner);
    break;
  case Type::Text:
    break;
  }
  return std::make_unique<TextEditor>(p, owner);
}

QString counted(std::int64_t count, const QString& one, const QString& many) {
  return (count == 1 ? one : many).arg(count);
}

QString spoken(const Parameter& p, const json& value) {
  const QString unit = p.unit.empty() ? QString() : QStringLiteral(" ") + str(p.unit);
  switch (p.type) {
  case form::Type::Boolean:
    return value == json(true) ? QObject::tr("on") : QObject::tr("off");
  case form::Type::Choice:
    for (const form::Choice& choice : p.choices)
      if (value == json(choice.value)) return str(choice.label);
    break;
  case form::Type::Number:
  case form::Type::Integer:
    return str(form::asText(p, value)) + unit;
  case form::Type::TimeRange:
    if (!p.physical && value.is_array() && value.size() == 2 && value[0].is_number() && value[1].is_number())
      return QObject::tr("steps %1 to %2") // as the player counts
          .arg(value[0].get<std::int64_t>() + 1)
          .arg(value[1].get<std::int64_t>() + 1);
    [[fallthrough]];
  case form::Type::Region:
    if (value == p.emptyValue()) return QObject::tr("all");
    if (p.type == form::Type::Region && form::complaint(p, value).empty()) { // first and last voxel, as in the fields
      QStringList sides;
      for (const json& side : value)
        sides << QStringLiteral("%1–%2").arg(side[0].get<std::int64_t>()).arg(side[1].get<std::int64_t>() - 1);
      return sides.join(QStringLiteral(" × "));
    }
    break;
  default:
    if (value == p.emptyValue()) return p.type == form::Type::Text ? QObject::tr("empty") : QObject::tr("none");
  }
  return str(form::asText(p, value)) + (p.type == form::Type::List ? unit : QString());
}

QString helpText(const Parameter& p) {
  QStringList lines{QStringLiteral("<b>%1</b>").arg(str(p.label).toHtmlEscaped())};
  if (!p.help.empty()) lines << str(p.help).toHtmlEscaped();
  const bool selfEvident = p.type == form::Type::Choice || p.type == form::Type::Boolean ||
                           p.type == form::Type::Text || p.type == form::Type::Axis;
  if (!selfEvident) {
    QString expected = str(form::expectation(p)).toHtmlEscaped();
    expected[0] = expected[0].toUpper();
    lines << expected + QLatin1Char('.');
  }
  lines << QObject::tr("Default: %1.").arg(spoken(p, p.defaultValue).toHtmlEscaped());
  return QStringLiteral("<p>%1</p>").arg(lines.join(QStringLiteral("<br>")));
}

} // namespace discern::desktop
