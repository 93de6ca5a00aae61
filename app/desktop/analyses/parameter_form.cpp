#include "desktop/analyses/parameter_form.h"

#include "desktop/analyses/choice_box.h"
#include "desktop/analyses/fold_button.h"
#include "desktop/analyses/number_edit.h"
#include "desktop/theme/icons.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace discern::desktop {

using nlohmann::json;

namespace {

QString str(const std::string& s) { return QString::fromStdString(s); }

QString helpText(const Parameter& p) {
  QString out = str(p.help).toHtmlEscaped();
  const QString unit = p.unit.empty() ? QString() : QStringLiteral(" ") + str(p.unit).toHtmlEscaped();
  if (p.minimum && p.maximum)
    out += QStringLiteral("<br><span>%1 – %2%3</span>").arg(*p.minimum).arg(*p.maximum).arg(unit);
  else if (p.minimum)
    out += QStringLiteral("<br><span>≥ %1%2</span>").arg(*p.minimum).arg(unit);
  return QStringLiteral("<p><b>%1</b><br>%2</p>").arg(str(p.label).toHtmlEscaped(), out);
}

QString defaultText(const Parameter& p) {
  if (p.type == Parameter::Type::Boolean)
    return p.fallback == json(true) ? ParameterForm::tr("on") : ParameterForm::tr("off");
  if (p.type == Parameter::Type::Choice)
    for (const Parameter::Choice& c : p.choices)
      if (json(c.value) == p.fallback) return str(c.label);
  const QString unit = p.unit.empty() ? QString() : QStringLiteral(" ") + str(p.unit);
  return p.fallback.is_string() ? str(p.fallback.get<std::string>()) : str(p.fallback.dump()) + unit;
}

} // namespace

/// A parameter's label, editor, way back to the default, and message.
class ParameterForm::Row {
public:
  Row(const Parameter& p, QWidget* owner) : parameter(p), parent(new QWidget(owner)) {
    label = new QLabel(p.type == Parameter::Type::Boolean ? QString() : str(p.label), parent);
    label->setWordWrap(true);
    editor = makeEditor(parent);
    editor->setObjectName(QStringLiteral("parameter.") + str(p.name));
    editor->setAccessibleName(str(p.label));
    editor->setAccessibleDescription(str(p.help));
    label->setBuddy(editor);
    label->setToolTip(helpText(p));
    editor->setToolTip(helpText(p));
    reset = new QToolButton(parent);
    reset->setObjectName(QStringLiteral("reset.") + str(p.name));
    reset->setIcon(icon(QStringLiteral("undo")));
    reset->setAutoRaise(true);
    reset->setToolTip(ParameterForm::tr("Back to the default: %1").arg(defaultText(p)));
    reset->setAccessibleName(ParameterForm::tr("Reset %1").arg(str(p.label)));
    QSizePolicy policy = reset->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    reset->setSizePolicy(policy);
    message = new QLabel(parent);
    message->setObjectName(QStringLiteral("message.") + str(p.name));
    message->setProperty("tone", QStringLiteral("bad"));
    message->setWordWrap(true);
    message->hide();
    setValue(p.fallback);
    layOut();
  }

  [[nodiscard]] json value() const {
    if (const auto* number = qobject_cast<const NumberEdit*>(editor)) return number->json();
    if (const auto* box = qobject_cast<const QCheckBox*>(editor)) return box->isChecked();
    if (const auto* combo = qobject_cast<const QComboBox*>(editor))
      return combo->currentData().toString().toStdString();
    return static_cast<const QLineEdit*>(editor)->text().toStdString();
  }

  void setValue(const json& value) {
    if (auto* number = qobject_cast<NumberEdit*>(editor)) {
      number->setJson(value);
    } else if (auto* box = qobject_cast<QCheckBox*>(editor)) {
      box->setChecked(value.is_boolean() && value.get<bool>());
    } else if (value.is_string()) {
      const QString text = str(value.get<std::string>());
      if (auto* combo = qobject_cast<QComboBox*>(editor))
        combo->setCurrentIndex(std::max(0, combo->findData(text)));
      else
        static_cast<QLineEdit*>(editor)->setText(text);
    }
  }

  [[nodiscard]] QString problem() const {
    if (const auto* number = qobject_cast<const NumberEdit*>(editor)) return number->problem();
    return {};
  }

  [[nodiscard]] bool changed() const {
    const json now = value();
    if (now.is_number() && parameter.fallback.is_number()) return now.get<double>() != parameter.fallback.get<double>();
    return now != parameter.fallback;
  }

  void setShown(bool shown) {
    parent->setVisible(shown);
    reset->setVisible(changed());
    const QString wrong = problem();
    message->setText(wrong);
    message->setVisible(!wrong.isEmpty());
    if (editor->property("invalid").toBool() == wrong.isEmpty()) {
      editor->setProperty("invalid", !wrong.isEmpty());
      editor->style()->unpolish(editor);
      editor->style()->polish(editor);
    }
    editor->setAccessibleDescription(wrong.isEmpty() ? str(parameter.help) : wrong);
  }

  template <typename F>
  void onChange(QObject* context, F f) {
    if (auto* number = qobject_cast<NumberEdit*>(editor)) {
      QObject::connect(number, &QDoubleSpinBox::valueChanged, context, f);
      QObject::connect(number, &QDoubleSpinBox::textChanged, context, f);
    } else if (auto* box = qobject_cast<QCheckBox*>(editor)) {
      QObject::connect(box, &QCheckBox::toggled, context, f);
    } else if (auto* combo = qobject_cast<QComboBox*>(editor)) {
      QObject::connect(combo, &QComboBox::currentIndexChanged, context, f);
    } else {
      QObject::connect(static_cast<QLineEdit*>(editor), &QLineEdit::textChanged, context, f);
    }
    QObject::connect(reset, &QToolButton::clicked, context, [this] {
      setValue(parameter.fallback);
      editor->setFocus();
    });
  }

  Parameter parameter;
  QWidget* parent; ///< of the whole row
  QLabel* label = nullptr;
  QWidget* editor = nullptr;
  QToolButton* reset = nullptr;
  QLabel* message = nullptr;

private:
  /// Label and editor share the width alike in every row, so that the editors stand below one another.
  void layOut() {
    auto* grid = new QGridLayout(parent);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(0, 3);
    grid->setColumnStretch(1, 4);
    if (parameter.type == Parameter::Type::Boolean) {
      label->hide();
      grid->addWidget(editor, 0, 0, 1, 2);
    } else {
      label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
      editor->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
      grid->addWidget(label, 0, 0);
      grid->addWidget(editor, 0, 1);
    }
    grid->addWidget(reset, 0, 2);
    grid->addWidget(message, 1, 0, 1, 3);
  }

  QWidget* makeEditor(QWidget* owner) const {
    switch (parameter.type) {
    case Parameter::Type::Number:
    case Parameter::Type::Integer:
      return new NumberEdit(parameter, owner);
    case Parameter::Type::Boolean:
      return new QCheckBox(str(parameter.label), owner);
    case Parameter::Type::Choice: {
      auto* combo = new ChoiceBox(owner);
      for (const Parameter::Choice& choice : parameter.choices)
        combo->addItem(str(choice.label), str(choice.value));
      return combo;
    }
    case Parameter::Type::Text:
      break;
    }
    return new QLineEdit(owner);
  }
};

ParameterForm::ParameterForm(std::vector<Parameter> parameters, QWidget* parent)
    : QWidget(parent), parameters_(std::move(parameters)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(8);

  const auto fill = [this](QWidget* box, bool advanced) {
    auto* rows = new QVBoxLayout(box);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(8);
    std::vector<std::string> groups;
    for (const Parameter& p : parameters_)
      if (p.advanced == advanced && std::find(groups.begin(), groups.end(), p.group) == groups.end())
        groups.push_back(p.group);
    for (const std::string& group : groups) {
      if (!group.empty()) {
        auto* heading = new QLabel(str(group), box);
        QFont font = heading->font();
        font.setWeight(QFont::DemiBold);
        heading->setFont(font);
        heading->setContentsMargins(0, 8, 0, 0);
        rows->addWidget(heading);
        headings_.push_back({heading, group, advanced});
      }
      for (const Parameter& p : parameters_)
        if (p.advanced == advanced && p.group == group) rows->addWidget(addRow(p, box));
    }
  };
  auto* plain = new QWidget(this);
  fill(plain, false);
  column->addWidget(plain);

  if (std::any_of(parameters_.begin(), parameters_.end(), [](const Parameter& p) { return p.advanced; })) {
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

QWidget* ParameterForm::addRow(const Parameter& parameter, QWidget* box) {
  auto& row = *rows_.emplace_back(std::make_unique<Row>(parameter, box));
  row.onChange(this, [this] {
    refresh();
    Q_EMIT changed();
  });
  return row.parent;
}

bool ParameterForm::shown(const Parameter& parameter) const {
  return std::all_of(
      parameter.visibleWhen.begin(), parameter.visibleWhen.end(), [this](const Parameter::Condition& rule) {
        const auto it = std::find_if(rows_.begin(), rows_.end(),
                                     [&](const auto& row) { return row->parameter.name == rule.parameter; });
        if (it == rows_.end() || !shown((*it)->parameter)) return it == rows_.end();
        const json value = (*it)->value();
        return std::find(rule.values.begin(), rule.values.end(), value) != rule.values.end();
      });
}

void ParameterForm::refresh() {
  for (const auto& row : rows_)
    row->setShown(shown(row->parameter));
  for (const Heading& heading : headings_)
    heading.label->setVisible(std::any_of(rows_.begin(), rows_.end(), [&](const auto& row) {
      const Parameter& p = row->parameter;
      return p.group == heading.group && p.advanced == heading.advanced && shown(p);
    }));
}

json ParameterForm::values() const {
  json out = json::object();
  for (const auto& row : rows_)
    out[row->parameter.name] = row->value();
  return out;
}

void ParameterForm::setValues(const json& values) {
  bool advancedChanged = false;
  for (const auto& row : rows_) {
    if (!values.is_object() || !values.contains(row->parameter.name)) continue;
    row->setValue(values[row->parameter.name]);
    advancedChanged = advancedChanged || (row->parameter.advanced && row->changed());
  }
  if (advancedChanged && fold_) fold_->setOpen(true);
}

void ParameterForm::resetAll() {
  for (const auto& row : rows_)
    row->setValue(row->parameter.fallback);
}

QStringList ParameterForm::problems() const {
  QStringList out;
  for (const auto& row : rows_) {
    const QString wrong = row->problem();
    if (!wrong.isEmpty() && shown(row->parameter)) out << str(row->parameter.label) + QStringLiteral(": ") + wrong;
  }
  return out;
}

QWidget* ParameterForm::editor(const std::string& name) const {
  const auto it =
      std::find_if(rows_.begin(), rows_.end(), [&](const auto& row) { return row->parameter.name == name; });
  return it == rows_.end() ? nullptr : (*it)->editor;
}

QWidget* ParameterForm::firstEditor() const {
  const auto it = std::find_if(rows_.begin(), rows_.end(), [](const auto& row) { return !row->problem().isEmpty(); });
  if (it != rows_.end()) {
    if ((*it)->parameter.advanced && fold_) fold_->setOpen(true);
    return (*it)->editor;
  }
  return rows_.empty() ? nullptr : rows_.front()->editor;
}

} // namespace discern::desktop
