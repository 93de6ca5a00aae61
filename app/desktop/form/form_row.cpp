#include "desktop/form/form_row.h"

#include "desktop/theme/icons.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QStyle>
#include <QToolButton>

namespace discern::desktop {

using nlohmann::json;

namespace {

QString str(const std::string& s) { return QString::fromStdString(s); }

constexpr int gutter = 8;   ///< room for the bar at the left
constexpr int narrow = 260; ///< logical pixels, below which editors stand under their labels

bool same(const json& a, const json& b) {
  if (a.is_number() && b.is_number()) return a.get<double>() == b.get<double>();
  return a == b;
}

} // namespace

FormRow::FormRow(const Parameter& p, Surroundings* around, QWidget* parent)
    : QWidget(parent), editor_(makeEditor(p, around, this)), grid_(new QGridLayout(this)), label_(new QLabel(this)),
      reset_(new QToolButton(this)), note_(new QLabel(this)), message_(new QLabel(this)) {
  setObjectName(QStringLiteral("row.") + str(p.name));
  QWidget* edit = editor_->widget();
  edit->setObjectName(QStringLiteral("parameter.") + str(p.name));
  edit->setAccessibleName(str(p.label));
  edit->setToolTip(helpText(p));
  for (QWidget* field : editor_->fields()) {
    if (field->accessibleName().isEmpty()) field->setAccessibleName(str(p.label));
    if (field->toolTip().isEmpty()) field->setToolTip(helpText(p));
  }
  label_->setText(str(p.label));
  label_->setWordWrap(true);
  label_->setToolTip(helpText(p));
  label_->setBuddy(edit);
  reset_->setObjectName(QStringLiteral("reset.") + str(p.name));
  reset_->setIcon(icon(QStringLiteral("undo")));
  reset_->setAutoRaise(true);
  reset_->setToolTip(tr("Back to the default: %1").arg(spoken(p, p.defaultValue)));
  reset_->setAccessibleName(tr("Reset %1").arg(str(p.label)));
  QSizePolicy policy = reset_->sizePolicy();
  policy.setRetainSizeWhenHidden(true);
  reset_->setSizePolicy(policy);
  note_->setObjectName(QStringLiteral("note.parameter.") + str(p.name));
  note_->setProperty("tone", QStringLiteral("muted"));
  note_->setProperty("textSize", QStringLiteral("small"));
  note_->setWordWrap(true);
  message_->setObjectName(QStringLiteral("message.") + str(p.name));
  message_->setProperty("tone", QStringLiteral("bad"));
  message_->setWordWrap(true);
  note_->hide();
  message_->hide();
  grid_->setContentsMargins(gutter, 0, 0, 0);
  grid_->setHorizontalSpacing(8);
  grid_->setVerticalSpacing(4);
  grid_->setColumnStretch(0, 3);
  grid_->setColumnStretch(1, 4);
  layOut(editor_->wide());
  editor_->setValue(p.defaultValue);
  connect(editor_.get(), &Editor::changed, this, &FormRow::edited);
  connect(reset_, &QToolButton::clicked, this, [this, edit] {
    reset();
    edit->setFocus();
  });
}

FormRow::~FormRow() { editor_->disconnect(this); }

void FormRow::reset() { editor_->setValue(parameter().defaultValue); }

bool FormRow::differs() const { return !same(editor_->value(), parameter().defaultValue); }

/// Label and editor share the width alike in every row, so that the editors stand below one another.
void FormRow::layOut(bool stacked) {
  stacked_ = stacked;
  QWidget* edit = editor_->widget();
  for (QWidget* each : {static_cast<QWidget*>(label_), edit, static_cast<QWidget*>(reset_),
                        static_cast<QWidget*>(note_), static_cast<QWidget*>(message_)})
    grid_->removeWidget(each);
  const bool isSwitch = parameter().type == form::Type::Boolean; // has its own label
  label_->setVisible(!isSwitch);
  label_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  edit->setSizePolicy(QSizePolicy::Ignored, edit->sizePolicy().verticalPolicy());
  const int line = stacked && !isSwitch ? 1 : 0;
  if (isSwitch) {
    grid_->addWidget(edit, 0, 0, 1, 2);
  } else if (stacked) {
    grid_->addWidget(label_, 0, 0, 1, 2);
    grid_->addWidget(edit, 1, 0, 1, 3);
  } else {
    grid_->addWidget(label_, 0, 0);
    grid_->addWidget(edit, 0, 1);
  }
  grid_->addWidget(reset_, 0, 2);
  const bool beside = !stacked && !isSwitch;
  grid_->addWidget(note_, line + 1, beside ? 1 : 0, 1, beside ? 2 : 3);
  grid_->addWidget(message_, line + 2, 0, 1, 3);
}

void FormRow::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  const bool stacked = editor_->wide() || width() < narrow;
  if (stacked != stacked_) layOut(stacked);
}

void FormRow::refresh(bool shown) {
  setVisible(shown);
  differs_ = differs();
  reset_->setVisible(differs_);
  const QString wrong = editor_->problem(), note = editor_->note();
  message_->setText(wrong);
  message_->setVisible(!wrong.isEmpty());
  note_->setText(note);
  note_->setVisible(!note.isEmpty() && wrong.isEmpty());
  for (QWidget* field : editor_->fields()) {
    if (field->property("invalid").toBool() == !wrong.isEmpty()) continue;
    field->setProperty("invalid", !wrong.isEmpty());
    field->style()->unpolish(field);
    field->style()->polish(field);
  }
  const QString told = !wrong.isEmpty() ? wrong : str(parameter().help);
  editor_->widget()->setAccessibleDescription(differs_ ? told + tr(" (changed)") : told);
  update();
}

void FormRow::paintEvent(QPaintEvent*) {
  if (!differs_) return;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(palette().color(QPalette::Link));
  painter.drawRoundedRect(QRectF(0, 2, 3, height() - 4), 1.5, 1.5);
}

} // namespace discern::desktop
