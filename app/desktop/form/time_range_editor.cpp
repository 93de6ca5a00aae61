#include "desktop/form/time_range_editor.h"

#include "desktop/analyses/number_edit.h"
#include "desktop/form/bound_edit.h"
#include "desktop/form/surroundings.h"
#include "desktop/theme/icons.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QScopedValueRollback>
#include <QToolButton>
#include <algorithm>
#include <cmath>

namespace discern::desktop {

using nlohmann::json;

namespace {
QString str(const std::string& s) { return QString::fromStdString(s); }
constexpr int firstStep = 1; ///< as the player counts; values count from 0
} // namespace

TimeRangeEditor::TimeRangeEditor(const Parameter& p, Surroundings& around, QWidget* owner)
    : Editor(p), around_(around), box_(new QWidget(owner)) {
  auto* row = new QHBoxLayout(box_);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(4);
  const char* ends[] = {"first", "last"};
  Parameter number;
  number.type = form::Type::Number;
  for (std::size_t end = 0; end < 2; ++end) {
    QWidget* edit = nullptr;
    if (p.physical) {
      times_[end] = new NumberEdit(number, box_);
      times_[end]->setButtonSymbols(QAbstractSpinBox::NoButtons);
      times_[end]->setMinimumWidth(40);
      edit = times_[end];
      connect(times_[end], &QDoubleSpinBox::valueChanged, this, &TimeRangeEditor::refresh);
      connect(times_[end], &QDoubleSpinBox::textChanged, this, &Editor::changed);
    } else {
      steps_[end] = new BoundEdit(box_);
      edit = steps_[end];
      steps_[end]->setMinimum(firstStep);
      connect(steps_[end], &QSpinBox::valueChanged, this, &TimeRangeEditor::refresh);
    }
    edit->setObjectName(QStringLiteral("%1.%2").arg(QLatin1String(ends[end]), str(p.name)));
    edit->setAccessibleName((end == 0 ? tr("%1, first") : tr("%1, last")).arg(str(p.label)));
    edit->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    auto* now = new QToolButton(box_);
    now_[end] = now;
    now->setObjectName(QStringLiteral("now.%1.%2").arg(QLatin1String(ends[end]), str(p.name)));
    now->setIcon(icon(end == 0 ? QStringLiteral("step-back") : QStringLiteral("step-forward")));
    now->setAutoRaise(true);
    now->setToolTip(end == 0 ? tr("Begin at the time that the views show") : tr("End at the time that the views show"));
    now->setAccessibleName(now->toolTip());
    connect(now, &QToolButton::clicked, this, [this, end] { take(static_cast<int>(end)); });
  }
  const auto edit = [this](std::size_t end) -> QWidget* {
    return times_[end] ? static_cast<QWidget*>(times_[end]) : steps_[end];
  };
  row->addWidget(now_[0]);
  row->addWidget(edit(0), 1);
  row->addWidget(new QLabel(QStringLiteral("–"), box_));
  row->addWidget(edit(1), 1);
  row->addWidget(now_[1]);
  box_->setFocusProxy(edit(0));
  connect(&around, &Surroundings::changed, this, [this] {
    put();
    Q_EMIT changed();
  });
  put();
}

QList<QWidget*> TimeRangeEditor::fields() const {
  if (times_[0]) return {times_[0], times_[1]};
  return {steps_[0], steps_[1]};
}

std::optional<std::array<double, 2>> TimeRangeEditor::whole() const {
  const data::FieldInfo* field = around_.field(parameter().input);
  if (!field) return std::nullopt;
  const data::TimeAxis& time = field->time;
  if (!parameter().physical || time.values.empty()) return std::array{0.0, static_cast<double>(time.size - 1)};
  const auto [first, last] = std::minmax_element(time.values.begin(), time.values.end());
  return std::array{*first, *last};
}

std::array<double, 2> TimeRangeEditor::shown() const {
  if (times_[0]) return {times_[0]->value(), times_[1]->value()};
  return {static_cast<double>(steps_[0]->value() - firstStep), static_cast<double>(steps_[1]->value() - firstStep)};
}

/// Shows what is chosen, or all of the input.
void TimeRangeEditor::put() {
  const QScopedValueRollback guard(putting_, true);
  std::array<double, 2> range = whole().value_or(std::array{0.0, 0.0});
  if (range_.size() == 2) range = {range_[0].get<double>(), range_[1].get<double>()};
  for (std::size_t end = 0; end < 2; ++end) {
    if (times_[end])
      times_[end]->setValue(range[end]);
    else
      steps_[end]->setValue(firstStep + static_cast<int>(std::clamp(range[end], 0.0, 999'999'998.0)));
    const data::FieldInfo* field = around_.field(parameter().input);
    const bool moves = field && field->time.size > 1;
    now_[end]->setVisible(moves);
    fields()[static_cast<qsizetype>(end)]->setEnabled(moves || !range_.empty());
  }
}

void TimeRangeEditor::refresh() {
  if (putting_) return;
  const auto range = shown();
  if (whole() == range)
    range_ = json::array();
  else if (parameter().physical)
    range_ = json::array({range[0], range[1]});
  else
    range_ = json::array({static_cast<std::int64_t>(range[0]), static_cast<std::int64_t>(range[1])});
  Q_EMIT changed();
}

void TimeRangeEditor::take(int end) {
  const data::FieldInfo* field = around_.field(parameter().input);
  if (!field) return;
  const std::int64_t step = std::min(around_.link().state().time, field->time.size - 1);
  auto range = shown();
  const auto at = static_cast<std::size_t>(end);
  const bool known = parameter().physical && !field->time.values.empty();
  range[at] = known ? field->time.values[static_cast<std::size_t>(step)] : static_cast<double>(step);
  if (range[0] > range[1]) range[1 - at] = range[at];
  if (times_[0])
    range_ = json::array({range[0], range[1]});
  else
    range_ = json::array({static_cast<std::int64_t>(range[0]), static_cast<std::int64_t>(range[1])});
  put();
  refresh();
}

json TimeRangeEditor::value() const { return range_; }

void TimeRangeEditor::setValue(const json& value) {
  if (!value.is_array() || value == range_) return;
  range_ = value;
  put();
  Q_EMIT changed();
}

QString TimeRangeEditor::problem() const {
  for (const NumberEdit* edit : times_)
    if (edit && !edit->problem().isEmpty()) return edit->problem();
  if (QString wrong = Editor::problem(); !wrong.isEmpty()) return wrong;
  const auto all = whole();
  if (!all || range_.empty()) return {};
  const bool outside = parameter().physical ? range_[1].get<double>() < (*all)[0] || range_[0].get<double>() > (*all)[1]
                                            : range_[1].get<double>() > (*all)[1];
  if (!outside) return {};
  const QLocale c = QLocale::c();
  const int shift = parameter().physical ? 0 : firstStep;
  return (parameter().physical ? tr("The input has times from %1 to %2.") : tr("The input has steps %1 to %2."))
      .arg(c.toString((*all)[0] + shift, 'g', 8), c.toString((*all)[1] + shift, 'g', 8));
}

QString TimeRangeEditor::note() const {
  const data::FieldInfo* field = around_.field(parameter().input);
  if (!field) return {};
  if (field->time.size < 2) return tr("The input has one time step.");
  const data::TimeAxis& time = field->time;
  if (parameter().physical)
    return time.values.empty() ? tr("Times are not known: counted in steps from 0.")
           : time.unit.empty() ? QString()
                               : tr("In %1.").arg(str(time.unit));
  const auto range = shown();
  const auto first = static_cast<std::int64_t>(range[0]), last = static_cast<std::int64_t>(range[1]);
  const QString count = counted(std::max<std::int64_t>(last - first + 1, 0), tr("%1 step"), tr("%1 steps"));
  if (time.values.empty() || last >= time.size || first > last) return count;
  return tr("%1 to %2; %3").arg(str(time.label(first)), str(time.label(last)), count);
}

} // namespace discern::desktop
