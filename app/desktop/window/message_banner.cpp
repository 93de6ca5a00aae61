#include "desktop/window/message_banner.h"

#include "desktop/theme/appearance.h"
#include "desktop/theme/icons.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace discern::desktop {

namespace {

constexpr int atMost = 8;

QString toneOf(Message::Kind kind) {
  switch (kind) {
  case Message::Kind::Warning:
    return QStringLiteral("warn");
  case Message::Kind::Error:
    return QStringLiteral("bad");
  case Message::Kind::Info:
    break;
  }
  return QStringLiteral("accent");
}

/// One message: a bar of colour at the left, the sentence, and what can be done.
class MessageRow final : public QFrame {
public:
  MessageRow(const Message& message, const Appearance& appearance, QWidget* parent)
      : QFrame(parent), text(message.text), tone_(toneOf(message.kind)), appearance_(appearance) {
    setAccessibleName(message.text);
    const QString signs[] = {QStringLiteral("info"), QStringLiteral("warning"), QStringLiteral("error")};
    sign_ = signs[static_cast<int>(message.kind)];
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 8, 8, 8);
    column->setSpacing(8);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addSpacing(28);
    auto* sentence = new QLabel(message.text, this);
    sentence->setTextFormat(Qt::PlainText);
    sentence->setWordWrap(true);
    sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(sentence, 1);
    for (const Message::Choice& choice : message.choices) {
      auto* button = new QPushButton(choice.text, this);
      connect(button, &QPushButton::clicked, this, [this, run = choice.run] {
        deleteLater();
        if (run) run();
      });
      row->addWidget(button);
    }
    if (!message.details.isEmpty()) {
      auto* details = new QPlainTextEdit(message.details, this);
      details->setReadOnly(true);
      details->setMaximumHeight(144);
      details->setAccessibleName(MessageBanner::tr("Details"));
      details->hide();
      auto* more = new QPushButton(MessageBanner::tr("Details"), this);
      more->setFlat(true);
      more->setCheckable(true);
      connect(more, &QPushButton::toggled, details, &QWidget::setVisible);
      row->addWidget(more);
      column->addLayout(row);
      column->addWidget(details);
    } else {
      column->addLayout(row);
    }
    const QString whole = message.details.isEmpty() ? message.text : message.text + QLatin1Char('\n') + message.details;
    row->addWidget(button(QStringLiteral("copy"), MessageBanner::tr("Copy this message"),
                          [whole] { QGuiApplication::clipboard()->setText(whole); }));
    row->addWidget(button(QStringLiteral("close"), MessageBanner::tr("Dismiss"), [this] { deleteLater(); }));
    if (message.seconds > 0) QTimer::singleShot(message.seconds * 1000, this, &QObject::deleteLater);
  }

  const QString text;

protected:
  void paintEvent(QPaintEvent*) override {
    const Tokens& tokens = appearance_.tokens();
    QPainter painter(this);
    painter.fillRect(rect(), tokens.mixed("surface", tone_, tokens.dark ? 0.14 : 0.10));
    painter.fillRect(QRect(0, 0, 3, height()), tokens[tone_]);
    painter.fillRect(QRect(0, height() - 1, width(), 1), tokens["border"]);
    icon(sign_, tokens[tone_]).paint(&painter, QRect(16, 14, 18, 18));
  }

private:
  QToolButton* button(const QString& name, const QString& tip, std::function<void()> run) {
    auto* made = new QToolButton(this);
    made->setIcon(icon(name));
    made->setIconSize({16, 16});
    made->setToolTip(tip);
    made->setAccessibleName(tip);
    connect(made, &QToolButton::clicked, this, [run = std::move(run)] { run(); });
    return made;
  }
  QString tone_, sign_;
  const Appearance& appearance_;
};

} // namespace

MessageBanner::MessageBanner(const Appearance& appearance, QWidget* parent)
    : QWidget(parent), appearance_(appearance), column_(new QVBoxLayout(this)) {
  column_->setContentsMargins(0, 0, 0, 0);
  column_->setSpacing(0);
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
}

void MessageBanner::show(const Message& message) {
  // The same sentence again takes the place of the first.
  dismiss(message.text);
  while (column_->count() >= atMost)
    delete column_->itemAt(column_->count() - 1)->widget();
  column_->insertWidget(0, new MessageRow(message, appearance_, this));
}

void MessageBanner::dismiss(const QString& text) {
  for (int i = column_->count() - 1; i >= 0; --i) {
    auto* row = static_cast<MessageRow*>(column_->itemAt(i)->widget());
    if (row->text == text) delete row;
  }
}

QStringList MessageBanner::texts() const {
  QStringList texts;
  for (int i = 0; i < column_->count(); ++i)
    texts << static_cast<MessageRow*>(column_->itemAt(i)->widget())->text;
  return texts;
}

void MessageBanner::clear() {
  while (column_->count() > 0)
    delete column_->itemAt(0)->widget();
}

} // namespace discern::desktop
