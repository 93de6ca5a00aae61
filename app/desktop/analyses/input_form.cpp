#include "desktop/analyses/input_form.h"

#include "desktop/analyses/choice_box.h"
#include "desktop/analyses/live_previews.h"
#include "desktop/theme/icons.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QPointer>
#include <QSignalBlocker>
#include <QToolButton>
#include <algorithm>
#include <cmath>
#include <utility>

namespace discern::desktop {

namespace {

QString str(const std::string& s) { return QString::fromStdString(s); }

bool fits(const data::FieldInfo& info, const Input& input) {
  const auto isLong = [&info](const std::string& axis) {
    return axis == "time" ? info.time.size > 1 : info.shape[axis == "x" ? 0 : axis == "y" ? 1 : 2] > 1;
  };
  return info.labels == input.labels && std::all_of(input.axes.begin(), input.axes.end(), isLong);
}

bool sameGrid(const data::FieldInfo& a, const data::FieldInfo& b) {
  if (a.shape != b.shape) return false;
  for (int corner = 0; corner < 8; ++corner) {
    const data::Vec3 index{corner & 1 ? static_cast<double>(a.shape[0] - 1) : 0,
                           corner & 2 ? static_cast<double>(a.shape[1] - 1) : 0,
                           corner & 4 ? static_cast<double>(a.shape[2] - 1) : 0};
    const data::Vec3 p = a.world(index), q = b.world(index);
    const data::Vec3 spacing = a.indexToWorld.spacing();
    for (std::size_t axis = 0; axis < 3; ++axis)
      if (std::abs(p[axis] - q[axis]) > 0.01 * std::max(spacing[0], std::max(spacing[1], spacing[2]))) return false;
  }
  return true;
}

} // namespace

InputForm::InputForm(std::vector<Input> inputs, link::Link& link, data::FieldProvider& provider, QWidget* parent)
    : QWidget(parent), link_(link), provider_(provider) {
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(8);
  grid->setVerticalSpacing(4);
  grid->setColumnStretch(0, 3); // as the rows of parameters, so that all labels share a column
  grid->setColumnStretch(1, 4);
  auto* room = new QToolButton(this); // where those have their way back
  room->setIcon(icon(QStringLiteral("undo")));
  QSizePolicy policy = room->sizePolicy();
  policy.setRetainSizeWhenHidden(true);
  room->setSizePolicy(policy);
  room->hide();
  grid->addWidget(room, 1, 2);
  for (Input& input : inputs) {
    auto* label = new QLabel(str(input.label), this);
    label->setWordWrap(true);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* combo = new ChoiceBox(this);
    combo->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    combo->setObjectName(QStringLiteral("input.") + str(input.name));
    combo->setAccessibleName(str(input.label));
    combo->setAccessibleDescription(str(input.help));
    combo->setToolTip(
        QStringLiteral("<p>%1</p>").arg(str(input.help.empty() ? input.label : input.help).toHtmlEscaped()));
    label->setBuddy(combo);
    auto* note = new QLabel(this);
    note->setObjectName(QStringLiteral("note.") + str(input.name));
    note->setProperty("tone", QStringLiteral("muted"));
    note->setWordWrap(true);
    const int line = 1 + 2 * static_cast<int>(rows_.size());
    grid->addWidget(label, line, 0);
    grid->addWidget(combo, line, 1, 1, 2); // names of layers are long
    grid->addWidget(note, line + 1, 1, 1, 2);
    rows_.push_back({std::move(input), combo, note});
    connect(combo, &QComboBox::activated, this, [this, i = rows_.size() - 1] {
      Row& row = rows_[i];
      row.kept = row.now;
      if (row.before == row.now) return;
      Q_EMIT chosen(row.input.name, std::exchange(row.before, row.now).toStdString(), row.now.toStdString());
    });
    connect(combo, &QComboBox::currentIndexChanged, this, [this, i = rows_.size() - 1] {
      rows_[i].before = std::exchange(rows_[i].now, rows_[i].combo->currentData().toString());
      describe();
      Q_EMIT changed();
    });
  }
  connect(&link_, &link::Link::stateChanged, this, [this](const session::State& before, const session::State& after) {
    if (before.layers != after.layers || before.active != after.active)
      refill();
    else if (before.time != after.time)
      describe();
  });
  refill();
}

/// What a row shows; nothing where there is nothing to choose from.
std::optional<QString> InputForm::shown(const Row& row) {
  return row.combo->currentIndex() < 0 ? std::nullopt : std::optional(row.combo->currentData().toString());
}

const data::FieldInfo* InputForm::infoOf(const std::string& id) const {
  const session::Layer* layer = link_.state().layer(id);
  const data::DatasetInfo* dataset = layer ? provider_.info(layer->path) : nullptr;
  return dataset ? dataset->field(layer->field) : nullptr;
}

void InputForm::refill() {
  for (Row& row : rows_) {
    const QSignalBlocker blocker(row.combo);
    row.combo->clear();
    if (row.input.optional) row.combo->addItem(tr("None"), QString());
    const auto& layers = link_.state().layers;
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
      if (isLivePreview(link_.state(), *layer)) continue; // it goes while the form is filled in
      if (!provider_.info(layer->path))                   // asked once: the answer comes back here
        provider_.open(layer->path,
                       [self = QPointer<InputForm>(this)](data::FieldProvider::Reply<data::DatasetInfo> reply) {
                         if (self && reply.error.empty())
                           QMetaObject::invokeMethod(
                               self,
                               [self] {
                                 if (self) self->refill();
                               },
                               Qt::QueuedConnection);
                       });
      const data::FieldInfo* info = infoOf(layer->id);
      if (info && fits(*info, row.input)) row.combo->addItem(str(layer->name), str(layer->id));
    }
    const int kept = row.kept ? row.combo->findData(*row.kept) : -1;
    if (kept >= 0) {
      row.combo->setCurrentIndex(kept);
    } else {
      preselect(row);
      if (row.kept && !link_.state().layer(row.kept->toStdString())) row.kept = shown(row);
    }
    row.before = row.now = row.combo->currentData().toString();
    row.combo->setEnabled(row.combo->count() > 0);
  }
  describe();
  Q_EMIT changed();
}

void InputForm::preselect(const Row& row) const {
  constexpr int ownResult = -8; // less than any other layer
  int best = row.combo->count() > 0 ? 0 : -1, bestScore = row.input.optional ? -1 : 2 * ownResult;
  for (int i = 0; i < row.combo->count(); ++i) {
    const std::string id = row.combo->itemData(i).toString().toStdString();
    const session::Layer* layer = link_.state().layer(id);
    if (!layer) continue;
    int score = layer->visible ? 1 : 0;
    if (id == link_.state().active) score += 2;
    if ((row.input.name == "truth" && layer->role == session::Role::Truth) ||
        (row.input.name == "prediction" && layer->role == session::Role::Prediction))
      score += 4;
    if (own_ && own_(*layer)) score += ownResult;
    if (score > bestScore) {
      bestScore = score;
      best = i;
    }
  }
  row.combo->setCurrentIndex(best);
}

void InputForm::describe() {
  for (Row& row : rows_) {
    const data::FieldInfo* info = infoOf(row.combo->currentData().toString().toStdString());
    if (!info) {
      row.note->setText(row.combo->count() > 0 ? QString()
                        : row.input.labels     ? tr("Open a label image, or run an analysis that makes one.")
                                               : tr("Open a file first."));
    } else {
      QString text = tr("%1 × %2 × %3 voxels").arg(info->shape[0]).arg(info->shape[1]).arg(info->shape[2]);
      const std::int64_t step = std::min(link_.state().time, info->time.size - 1);
      if (info->time.size > 1 && info->time.values.empty()) // a step has no other name
        text += tr(", step %1 of %2").arg(step + 1).arg(info->time.size);
      else if (info->time.size > 1)
        text += tr(", at %1 (step %2 of %3)").arg(str(info->time.label(step))).arg(step + 1).arg(info->time.size);
      row.note->setText(text);
    }
    row.note->setVisible(!row.note->text().isEmpty());
  }
}

std::map<std::string, std::string> InputForm::values() const {
  std::map<std::string, std::string> out;
  for (const Row& row : rows_)
    if (const QString id = row.combo->currentData().toString(); !id.isEmpty()) out[row.input.name] = id.toStdString();
  return out;
}

void InputForm::setValues(const std::map<std::string, std::string>& layers) {
  for (Row& row : rows_) {
    const auto it = layers.find(row.input.name);
    const int index = it == layers.end() ? -1 : row.combo->findData(str(it->second));
    if (index < 0) continue;
    row.combo->setCurrentIndex(index);
    row.kept = str(it->second);
  }
}

void InputForm::choose(const std::string& input, const std::string& layer) {
  for (Row& row : rows_) {
    if (row.input.name != input) continue;
    const int index = row.combo->findData(str(layer));
    if (index < 0 && !layer.empty()) continue; // it has gone
    row.combo->setCurrentIndex(index);
    row.kept = str(layer);
  }
}

void InputForm::keep() {
  for (Row& row : rows_)
    if (!row.kept) row.kept = shown(row);
}

void InputForm::setOwnResults(std::function<bool(const session::Layer&)> own) {
  own_ = std::move(own);
  refill();
}

QStringList InputForm::problems() const {
  QStringList out;
  for (const Row& row : rows_)
    if (!row.input.optional && row.combo->currentData().toString().isEmpty())
      out << tr("%1: no layer fits.").arg(str(row.input.label));
  for (const Row& row : rows_) {
    const QComboBox* other = row.input.sameGridAs.empty() ? nullptr : chooser(row.input.sameGridAs);
    const data::FieldInfo* mine = infoOf(row.combo->currentData().toString().toStdString());
    const data::FieldInfo* theirs = other ? infoOf(other->currentData().toString().toStdString()) : nullptr;
    if (mine && theirs && !sameGrid(*mine, *theirs))
      out << tr("“%1” and “%2” lie on different grids (%3 × %4 × %5 and %6 × %7 × %8 voxels, or another placement).")
                 .arg(row.combo->currentText(), other->currentText())
                 .arg(mine->shape[0])
                 .arg(mine->shape[1])
                 .arg(mine->shape[2])
                 .arg(theirs->shape[0])
                 .arg(theirs->shape[1])
                 .arg(theirs->shape[2]);
  }
  return out;
}

std::int64_t InputForm::voxels() const {
  const data::FieldInfo* info =
      rows_.empty() ? nullptr : infoOf(rows_.front().combo->currentData().toString().toStdString());
  return info ? info->voxels() : 0;
}

QComboBox* InputForm::chooser(const std::string& input) const {
  for (const Row& row : rows_)
    if (row.input.name == input) return row.combo;
  return nullptr;
}

} // namespace discern::desktop
