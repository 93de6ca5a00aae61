#include "desktop/form/text_editor.h"

#include "form/value.h"

#include <QLineEdit>

namespace discern::desktop {

using nlohmann::json;

json typed(const Parameter& parameter, const QString& text) {
  const json value = form::unchecked(parameter, text.toStdString());
  if (value.is_null()) return text.toStdString();
  return form::complaint(parameter, value).empty() ? form::checked(parameter, value) : value;
}

TextEditor::TextEditor(const Parameter& parameter, QWidget* owner) : Editor(parameter), line_(new QLineEdit(owner)) {
  if (parameter.type == form::Type::List)
    line_->setPlaceholderText(parameter.of == form::Type::Text ? tr("one, two, …") : tr("1, 2, …"));
  else if (parameter.type != form::Type::Text)
    line_->setPlaceholderText(
        parameter.type == form::Type::Region || parameter.type == form::Type::TimeRange ? tr("All") : tr("None"));
  connect(line_, &QLineEdit::textChanged, this, &Editor::changed);
}

QWidget* TextEditor::widget() const { return line_; }

json TextEditor::value() const {
  if (parameter().type == form::Type::Text || parameter().type == form::Type::Field) return line_->text().toStdString();
  return typed(parameter(), line_->text());
}

QString TextEditor::note() const {
  const bool listed = parameter().type == form::Type::List && !parameter().unit.empty();
  return listed ? tr("In %1.").arg(QString::fromStdString(parameter().unit)) : QString();
}

void TextEditor::setValue(const json& value) {
  const QString text = QString::fromStdString(form::asText(parameter(), value));
  if (typed(parameter(), line_->text()) != value || parameter().type == form::Type::Text) line_->setText(text);
}

} // namespace discern::desktop
