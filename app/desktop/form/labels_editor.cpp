#include "desktop/form/labels_editor.h"

#include "desktop/form/check_list.h"
#include "desktop/form/color_editor.h"
#include "desktop/form/surroundings.h"
#include "desktop/form/text_editor.h"
#include "desktop/theme/icons.h"
#include "form/value.h"
#include "scene/colour/labels.h"
#include "style/style.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>

namespace discern::desktop {

using nlohmann::json;

namespace {

QString str(const std::string& s) { return QString::fromStdString(s); }

constexpr int mostListed = 4096; ///< labels without names beyond these are typed
constexpr int searchedFrom = 12; ///< items, from which a search pays
constexpr int statisticsPurpose = 83;

} // namespace

LabelsEditor::LabelsEditor(const Parameter& parameter, Surroundings& around, QWidget* owner)
    : Editor(parameter), around_(around), box_(new QWidget(owner)), line_(new QLineEdit(box_)),
      search_(new QLineEdit(box_)), take_(new QToolButton(box_)), list_(new CheckList(box_)) {
  const QString name = str(parameter.name), label = str(parameter.label);
  auto* column = new QVBoxLayout(box_);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(4);
  auto* row = new QHBoxLayout;
  row->setSpacing(4);
  line_->setPlaceholderText(parameter.required ? QStringLiteral("1, 4, 7-9") : tr("None, or 1, 4, 7-9"));
  take_->setObjectName(QStringLiteral("take.") + name);
  take_->setIcon(icon(QStringLiteral("crosshair")));
  take_->setAutoRaise(true);
  take_->setToolTip(tr("Take the labels that are selected in the views (click one there, Ctrl adds)"));
  take_->setAccessibleName(tr("%1: take the selected labels").arg(label));
  row->addWidget(line_, 1);
  row->addWidget(take_);
  search_->setObjectName(QStringLiteral("search.") + name);
  search_->setPlaceholderText(tr("Search labels"));
  search_->setClearButtonEnabled(true);
  search_->setAccessibleName(tr("Search labels"));
  list_->setObjectName(QStringLiteral("list.") + name);
  list_->setAccessibleName(label);
  column->addLayout(row);
  column->addWidget(search_);
  column->addWidget(list_);
  search_->hide();
  list_->hide();
  box_->setFocusProxy(line_);
  connect(line_, &QLineEdit::textChanged, this, [this] {
    if (!ticking_) followTicks();
    Q_EMIT changed();
  });
  connect(search_, &QLineEdit::textChanged, list_, &CheckList::filter);
  connect(list_, &CheckList::changed, this, [this] {
    if (ticking_) return;
    const QScopedValueRollback guard(ticking_, true);
    std::set<std::int64_t> labels = list_->checked();
    const json before = value();
    for (std::size_t i = 0; before.is_array() && i < before.size(); ++i) // those that are not in the list stay
      if (!listed_.contains(before[i].get<std::int64_t>())) labels.insert(before[i].get<std::int64_t>());
    line_->setText(str(form::asText(this->parameter(), json(labels))));
  });
  connect(take_, &QToolButton::clicked, this, &LabelsEditor::takeSelection);
  connect(&around, &Surroundings::changed, this, &LabelsEditor::refill);
  connect(&around.link(), &link::Link::selectionChanged, this, [this] { take_->setEnabled(!selected().empty()); });
  refill();
}

QList<QWidget*> LabelsEditor::fields() const { return {line_}; }

json LabelsEditor::value() const { return typed(parameter(), line_->text()); }

void LabelsEditor::setValue(const json& value) {
  if (value != this->value()) line_->setText(str(form::asText(parameter(), value)));
}

void LabelsEditor::followTicks() {
  const QScopedValueRollback guard(ticking_, true);
  const json now = value();
  list_->setChecked(now.is_array() ? now.get<std::set<std::int64_t>>() : std::set<std::int64_t>{});
}

std::set<std::int64_t> LabelsEditor::selected() const {
  const session::Layer* layer = around_.layer(parameter().input);
  if (!layer) return {};
  const auto& selection = around_.link().state().selection;
  const auto found = selection.find(layer->id);
  return found == selection.end() ? std::set<std::int64_t>{} : found->second;
}

void LabelsEditor::takeSelection() {
  line_->setText(str(form::asText(parameter(), json(selected()))));
  line_->setFocus();
}

void LabelsEditor::refill() {
  const session::Layer* layer = around_.layer(parameter().input);
  const data::FieldInfo* field = around_.field(parameter().input);
  take_->setEnabled(!selected().empty());
  const std::string key = layer && field ? layer->path + ":" + field->name : "";
  if (key == shown_) return;
  shown_ = key;
  std::vector<std::pair<std::int64_t, QString>> labels;
  if (field)
    for (const auto& [label, name] : field->labelNames)
      if (label != 0) labels.emplace_back(label, str(name));
  show(labels);
  if (layer && field && field->labelNames.empty()) countLabels(*layer, *field);
  Q_EMIT changed();
}

void LabelsEditor::countLabels(const session::Layer& layer, const data::FieldInfo& field) {
  around_.provider().statistics(
      {layer.path, field.name}, 0, 0, {this, statisticsPurpose},
      [self = QPointer<LabelsEditor>(this), key = shown_](const data::FieldProvider::Reply<data::Statistics>& reply) {
        if (!self || self->shown_ != key || !reply.error.empty()) return;
        const double most = reply.value.max;
        if (!std::isfinite(most) || most < 1 || most > mostListed) return;
        std::vector<std::pair<std::int64_t, QString>> labels;
        labels.reserve(static_cast<std::size_t>(most));
        for (std::int64_t label = 1; label <= static_cast<std::int64_t>(most); ++label)
          labels.emplace_back(label, QString());
        self->show(labels);
        Q_EMIT self->changed();
      });
}

void LabelsEditor::show(const std::vector<std::pair<std::int64_t, QString>>& labels) {
  const QScopedValueRollback guard(ticking_, true);
  std::vector<CheckList::Item> items;
  items.reserve(labels.size());
  listed_.clear();
  names_.clear();
  for (const auto& [label, name] : labels) {
    listed_.insert(label);
    names_[label] = name;
    items.push_back({label, name.isEmpty() ? QString::number(label) : QStringLiteral("%1  %2").arg(label).arg(name),
                     swatch(views::colour(scene::labelColour(label)))});
  }
  list_->setItems(items);
  list_->setVisible(!items.empty());
  search_->setVisible(items.size() >= searchedFrom);
  const json now = value();
  if (now.is_array()) list_->setChecked(now.get<std::set<std::int64_t>>());
}

QString LabelsEditor::note() const {
  if (shown_.empty()) return tr("Choose an input that holds labels first.");
  const json now = value();
  if (!now.is_array() || now.empty()) return {};
  QStringList words;
  constexpr std::size_t most = 3;
  for (std::size_t i = 0; i < std::min(now.size(), most); ++i) {
    const auto label = now[i].get<std::int64_t>();
    const auto name = names_.find(label);
    if (name != names_.end() && !name->second.isEmpty()) words << name->second;
  }
  const QString count = counted(static_cast<std::int64_t>(now.size()), tr("%1 label"), tr("%1 labels"));
  if (words.isEmpty()) return count;
  return count + QStringLiteral(": ") + words.join(QStringLiteral(", ")) +
         (now.size() > most ? QStringLiteral(", …") : QString());
}

} // namespace discern::desktop
