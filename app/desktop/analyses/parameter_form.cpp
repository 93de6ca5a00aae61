#include "desktop/analyses/parameter_form.h"

#include "desktop/analyses/fold_button.h"
#include "desktop/form/form_row.h"

#include <QFrame>
#include <QLabel>
#include <QScopedValueRollback>
#include <QVBoxLayout>
#include <algorithm>

namespace discern::desktop {

using nlohmann::json;

namespace {
QString str(const std::string& s) { return QString::fromStdString(s); }
constexpr int gutter = 8; ///< of FormRow's bar
} // namespace

ParameterForm::ParameterForm(std::vector<Parameter> parameters, QWidget* parent)
    : ParameterForm(std::move(parameters), {}, nullptr, parent) {}

ParameterForm::ParameterForm(std::vector<Parameter> parameters, std::vector<form::Group> groups, Surroundings* around,
                             QWidget* parent)
    : QWidget(parent), parameters_(std::move(parameters)), groups_(std::move(groups)), around_(around) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(8);
  const auto isAdvanced = [](const Parameter& p) { return p.advanced; };
  if (!std::all_of(parameters_.begin(), parameters_.end(), isAdvanced)) {
    auto* plain = new QWidget(this);
    fill(plain, false);
    column->addWidget(plain);
  }
  if (std::any_of(parameters_.begin(), parameters_.end(), isAdvanced)) {
    fold_ = new FoldButton(tr("Advanced"), this);
    fold_->setObjectName(QStringLiteral("advanced"));
    fold_->setToolTip(tr("Show or hide what rarely needs a change"));
    advanced_ = new QWidget(this);
    fill(advanced_, true);
    advanced_->hide();
    column->addWidget(fold_);
    column->addWidget(advanced_);
    connect(fold_, &FoldButton::folded, advanced_, &QWidget::setVisible);
  }
  refresh();
}

ParameterForm::~ParameterForm() = default;

/// The plain or the advanced parameters, group by group in the order in which groups first come.
void ParameterForm::fill(QWidget* box, bool advanced) {
  auto* rows = new QVBoxLayout(box);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(8);
  std::vector<std::string> names;
  for (const Parameter& p : parameters_)
    if (p.advanced == advanced && std::find(names.begin(), names.end(), p.group) == names.end())
      names.push_back(p.group);
  for (const std::string& name : names) {
    if (!name.empty()) {
      const auto known = std::find_if(groups_.begin(), groups_.end(), [&](const auto& g) { return g.name == name; });
      auto* heading = new QWidget(box);
      heading->setObjectName(QStringLiteral("group.") + str(name));
      auto* lines = new QVBoxLayout(heading);
      lines->setContentsMargins(gutter, 8, 0, 0);
      lines->setSpacing(2);
      auto* title = new QLabel(str(known == groups_.end() ? name : known->label), heading);
      title->setProperty("textSize", QStringLiteral("strong"));
      lines->addWidget(title);
      if (known != groups_.end() && !known->help.empty()) {
        auto* help = new QLabel(str(known->help), heading);
        help->setProperty("tone", QStringLiteral("muted"));
        help->setProperty("textSize", QStringLiteral("small"));
        help->setWordWrap(true);
        lines->addWidget(help);
      }
      rows->addWidget(heading);
      headings_.push_back({heading, name, advanced});
    } else if (name != names.front()) { // a line ends the group above
      auto* end = new QWidget(box);
      auto* lines = new QVBoxLayout(end);
      lines->setContentsMargins(gutter, 8, 0, 4);
      auto* rule = new QFrame(end);
      rule->setObjectName(QStringLiteral("rule"));
      lines->addWidget(rule);
      rows->addWidget(end);
      headings_.push_back({end, name, advanced});
    }
    for (const Parameter& p : parameters_) {
      if (p.advanced != advanced || p.group != name) continue;
      auto* row = new FormRow(p, around_, box);
      rows->addWidget(row);
      rows_.push_back(row);
      connect(row, &FormRow::edited, this, &ParameterForm::react);
    }
  }
}

void ParameterForm::react() {
  if (setting_) return;
  refresh();
  Q_EMIT changed();
}

bool ParameterForm::shown(const Parameter& parameter) const { return form::isShown(parameter, parameters_, values()); }

void ParameterForm::refresh() {
  const json now = values();
  int changedAdvanced = 0;
  for (FormRow* row : rows_) {
    row->refresh(form::isShown(row->parameter(), parameters_, now));
    if (row->parameter().advanced && row->differs()) ++changedAdvanced;
  }
  for (const Heading& heading : headings_)
    heading.box->setVisible(std::any_of(parameters_.begin(), parameters_.end(), [&](const Parameter& p) {
      return p.group == heading.group && p.advanced == heading.advanced && form::isShown(p, parameters_, now);
    }));
  if (fold_) fold_->setText(changedAdvanced > 0 ? tr("Advanced · %n changed", "", changedAdvanced) : tr("Advanced"));
}

json ParameterForm::values() const {
  json out = json::object();
  for (const FormRow* row : rows_)
    out[row->parameter().name] = row->editor().value();
  return out;
}

void ParameterForm::setValues(const json& values) {
  if (!values.is_object()) return;
  bool advancedChanged = false;
  {
    const QScopedValueRollback guard(setting_, true);
    for (FormRow* row : rows_) {
      if (!values.contains(row->parameter().name)) continue;
      row->editor().setValue(values[row->parameter().name]);
      advancedChanged = advancedChanged || (row->parameter().advanced && row->differs());
    }
  }
  if (advancedChanged && fold_) fold_->setOpen(true);
  react();
}

void ParameterForm::resetAll() {
  {
    const QScopedValueRollback guard(setting_, true);
    for (FormRow* row : rows_)
      row->reset();
  }
  react();
}

bool ParameterForm::differs() const {
  return std::any_of(rows_.begin(), rows_.end(), [](const FormRow* row) { return row->differs(); });
}

QStringList ParameterForm::problems() const {
  const json now = values();
  QStringList out;
  for (const FormRow* row : rows_) {
    const QString wrong = row->editor().problem();
    if (!wrong.isEmpty() && form::isShown(row->parameter(), parameters_, now))
      out << str(row->parameter().label) + QStringLiteral(": ") + wrong;
  }
  return out;
}

QWidget* ParameterForm::editor(const std::string& name) const {
  const auto it =
      std::find_if(rows_.begin(), rows_.end(), [&](const FormRow* row) { return row->parameter().name == name; });
  return it == rows_.end() ? nullptr : (*it)->editor().widget();
}

QWidget* ParameterForm::firstEditor() const {
  const auto it = std::find_if(rows_.begin(), rows_.end(), [this](const FormRow* row) {
    return !row->editor().problem().isEmpty() && shown(row->parameter());
  });
  if (it != rows_.end()) {
    if ((*it)->parameter().advanced && fold_) fold_->setOpen(true);
    return (*it)->editor().widget();
  }
  return rows_.empty() ? nullptr : rows_.front()->editor().widget();
}

} // namespace discern::desktop
