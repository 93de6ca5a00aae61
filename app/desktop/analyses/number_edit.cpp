#include "desktop/analyses/number_edit.h"

#include <QLineEdit>
#include <QLocale>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <limits>

namespace discern::desktop {

namespace {

QString shortest(double value) { return QLocale::c().toString(value, 'g', 10); }

} // namespace

NumberEdit::NumberEdit(const Parameter& parameter, QWidget* parent) : QDoubleSpinBox(parent), parameter_(parameter) {
  setLocale(QLocale::c());
  setDecimals(12);
  setRange(-std::numeric_limits<double>::max(), std::numeric_limits<double>::max());
  setKeyboardTracking(true);
  setCorrectionMode(QAbstractSpinBox::CorrectToPreviousValue);
  setFocusPolicy(Qt::StrongFocus);
  if (!parameter.unit.empty()) setSuffix(QStringLiteral(" ") + QString::fromStdString(parameter.unit));
  double step = 1;
  if (parameter.step)
    step = *parameter.step;
  else if (parameter.type == form::Type::Number && parameter.minimum && parameter.maximum)
    step = std::pow(10.0, std::floor(std::log10(std::max(*parameter.maximum - *parameter.minimum, 1e-9)) - 1));
  setSingleStep(step);
  setMinimumWidth(64);
  connect(lineEdit(), &QLineEdit::textEdited, this, [this](const QString& text) {
    bool readable = false;
    static_cast<void>(QLocale::c().toDouble(bare(text), &readable));
    if (readable != readable_) {
      readable_ = readable;
      Q_EMIT textChanged(text);
    }
  });
  connect(this, &QDoubleSpinBox::valueChanged, this, [this] { readable_ = true; });
  connect(this, &QAbstractSpinBox::editingFinished, this, [this] {
    if (readable_) return;
    readable_ = true;
    Q_EMIT textChanged(text());
  });
}

QString NumberEdit::bare(QString text) const {
  if (!suffix().isEmpty() && text.endsWith(suffix()))
    text.chop(suffix().size());
  else if (!suffix().isEmpty() && text.endsWith(suffix().trimmed()))
    text.chop(suffix().trimmed().size());
  return text.trimmed().replace(QChar(0x2212), QLatin1Char('-'));
}

QString NumberEdit::problem() const {
  const QString unit = suffix();
  if (!readable_) return tr("Type a number.");
  if (parameter_.type == form::Type::Integer && value() != std::floor(value())) return tr("Must be a whole number.");
  const bool low = parameter_.minimum && value() < *parameter_.minimum;
  const bool high = parameter_.maximum && value() > *parameter_.maximum;
  if (!low && !high) return {};
  if (parameter_.minimum && parameter_.maximum)
    return tr("Must be between %1 and %2%3.").arg(shortest(*parameter_.minimum), shortest(*parameter_.maximum), unit);
  return low ? tr("Must be at least %1%2.").arg(shortest(*parameter_.minimum), unit)
             : tr("Must be at most %1%2.").arg(shortest(*parameter_.maximum), unit);
}

nlohmann::json NumberEdit::json() const {
  if (parameter_.type == form::Type::Integer && value() == std::floor(value()) && std::abs(value()) < 9e15)
    return static_cast<std::int64_t>(value());
  return value();
}

void NumberEdit::setJson(const nlohmann::json& value) {
  if (value.is_number()) {
    readable_ = true;
    setValue(value.get<double>());
    if (lineEdit()->hasSelectedText()) selectAll(); // of the new number, not what the old one's covers
  }
}

QString NumberEdit::textFromValue(double value) const { return shortest(value); }

double NumberEdit::valueFromText(const QString& text) const { return QLocale::c().toDouble(bare(text)); }

QValidator::State NumberEdit::validate(QString& text, int&) const {
  bool readable = false;
  static_cast<void>(QLocale::c().toDouble(bare(text), &readable));
  if (readable) return QValidator::Acceptable;
  const QString body = bare(text);
  const bool plausible =
      std::all_of(body.begin(), body.end(), [](QChar c) { return c.isDigit() || QStringLiteral("+-.eE").contains(c); });
  return plausible ? QValidator::Intermediate : QValidator::Invalid;
}

void NumberEdit::stepBy(int steps) {
  double next = value() + steps * singleStep();
  next = std::round(next / singleStep() * 1e6) * singleStep() / 1e6; // 0.1 + 0.2 is to read 0.3
  if (parameter_.minimum) next = std::max(next, *parameter_.minimum);
  if (parameter_.maximum) next = std::min(next, *parameter_.maximum);
  setValue(next);
  selectAll();
}

void NumberEdit::wheelEvent(QWheelEvent* event) {
  event->ignore(); // it scrolls the form, and is not to change it
}

} // namespace discern::desktop
