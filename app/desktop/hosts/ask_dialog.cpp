#include "desktop/hosts/ask_dialog.h"

#include "desktop/theme/icons.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QVBoxLayout>

namespace discern::desktop {

namespace {

bool says(const QString& prompt, const char* words) {
  return prompt.contains(QRegularExpression(QLatin1String(words), QRegularExpression::CaseInsensitiveOption));
}

/// ssh asks for "yes" as if for a secret when it doesn't know a host's key.
bool asksForYes(const QString& prompt) { return says(prompt, "\\(yes/no"); }

QString titleOf(AskDialog::Kind kind, const QString& prompt) {
  if (kind == AskDialog::Kind::Notice) return AskDialog::tr("ssh waits for you");
  if (says(prompt, "authenticity of host")) return AskDialog::tr("Do you know this host?");
  if (kind == AskDialog::Kind::Confirm) return AskDialog::tr("May ssh go on?");
  if (says(prompt, "passphrase")) return AskDialog::tr("Unlock your key");
  if (says(prompt, "verification|one-time|passcode|otp|token|\\bcode\\b|duo")) return AskDialog::tr("One-time code");
  if (says(prompt, "password")) return AskDialog::tr("Password");
  if (says(prompt, "\\bpin\\b")) return AskDialog::tr("PIN of your security key");
  return AskDialog::tr("A question of ssh");
}

QLabel* words(const QString& text, const char* tone, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setTextFormat(Qt::PlainText);
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  if (tone) label->setProperty("tone", QLatin1String(tone));
  return label;
}

} // namespace

AskDialog::AskDialog(const QString& prompt, const QString& hint, QWidget* parent) : QDialog(parent) {
  if (hint == QLatin1String("none"))
    kind_ = Kind::Notice;
  else if (hint == QLatin1String("confirm") || asksForYes(prompt))
    kind_ = Kind::Confirm;
  setObjectName(QStringLiteral("askDialog"));
  setWindowTitle(tr("Discern: sign in"));
  setWindowFlag(Qt::WindowStaysOnTopHint);
  setMinimumWidth(456);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(24, 24, 24, 16);
  column->setSpacing(16);
  auto* head = new QHBoxLayout;
  head->setSpacing(12);
  auto* sign = new QLabel(this);
  sign->setPixmap(
      icon(kind_ == Kind::Secret ? QStringLiteral("lock") : QStringLiteral("terminal"), palette().color(QPalette::Link))
          .pixmap(QSize(24, 24), devicePixelRatioF()));
  auto* title = new QLabel(titleOf(kind_, prompt), this);
  title->setObjectName(QStringLiteral("askTitle"));
  title->setProperty("textSize", QStringLiteral("title"));
  head->addWidget(sign);
  head->addWidget(title, 1);
  column->addLayout(head);
  column->addWidget(body(prompt.trimmed()));

  auto* buttons = new QDialogButtonBox(this);
  if (kind_ != Kind::Notice) {
    auto* go =
        buttons->addButton(kind_ == Kind::Confirm ? tr("Connect") : tr("Continue"), QDialogButtonBox::AcceptRole);
    go->setObjectName(QStringLiteral("askContinue"));
    go->setDefault(kind_ == Kind::Secret);
    go->setAutoDefault(kind_ == Kind::Secret);
  }
  QPushButton* cancel = buttons->addButton(QDialogButtonBox::Cancel);
  cancel->setAutoDefault(kind_ != Kind::Secret);
  if (kind_ != Kind::Secret) { // Enter alone must not trust a machine
    cancel->setDefault(true);
    cancel->setFocus();
  }
  connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  column->addWidget(buttons);
  if (edit_) edit_->setFocus();
}

QWidget* AskDialog::body(const QString& prompt) {
  auto* box = new QWidget(this);
  auto* column = new QVBoxLayout(box);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(8);
  if (says(prompt, "authenticity of host")) {
    column->addWidget(fingerprint(prompt));
    return box;
  }
  QString text = prompt;
  while (text.endsWith(QLatin1Char(':')))
    text.chop(1);
  column->addWidget(words(text, nullptr, box));
  if (kind_ != Kind::Secret) return box;
  edit_ = new QLineEdit(box);
  edit_->setObjectName(QStringLiteral("askAnswer"));
  edit_->setEchoMode(QLineEdit::Password);
  edit_->setAccessibleName(text);
  QAction* show = edit_->addAction(icon(QStringLiteral("eye")), QLineEdit::TrailingPosition);
  show->setObjectName(QStringLiteral("askShow"));
  show->setCheckable(true);
  show->setToolTip(tr("Show what is typed"));
  connect(show, &QAction::toggled, this, [this, show](bool on) {
    edit_->setEchoMode(on ? QLineEdit::Normal : QLineEdit::Password);
    show->setIcon(icon(on ? QStringLiteral("eye-off") : QStringLiteral("eye")));
    show->setToolTip(on ? tr("Hide what is typed") : tr("Show what is typed"));
  });
  column->addWidget(edit_);
  QLabel* note = words(tr("It goes to ssh alone; Discern neither keeps nor logs it."), "muted", box);
  note->setProperty("textSize", QStringLiteral("small"));
  column->addWidget(note);
  return box;
}

/// ssh's paragraph, with what one has to compare set out.
QWidget* AskDialog::fingerprint(const QString& prompt) {
  static const QRegularExpression host(QStringLiteral("host '([^']+)'")),
      key(QStringLiteral("(\\w+) key fingerprint is:?\\s+(\\S+?)\\.?(?:\\s|$)"));
  const auto named = host.match(prompt), found = key.match(prompt);
  auto* box = new QWidget(this);
  auto* column = new QVBoxLayout(box);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(8);
  column->addWidget(words(tr("This is the first connection from here to %1. Its %2 key has the fingerprint")
                              .arg(named.hasMatch() ? named.captured(1) : tr("this host"),
                                   found.hasMatch() ? found.captured(1) : QString()),
                          nullptr, box));
  auto* print = words(found.hasMatch() ? found.captured(2) : prompt, nullptr, box);
  print->setObjectName(QStringLiteral("fingerprint"));
  print->setStyleSheet(
      QStringLiteral("QLabel { font-family: \"%1\"; background: palette(button); border-radius: 6px; padding: 8px; }")
          .arg(QFontDatabase::systemFont(QFontDatabase::FixedFont).family()));
  column->addWidget(print);
  column->addWidget(words(tr("Compare it with the one that the host's administrators publish. If you connect, ssh "
                             "remembers the key and warns should it ever change."),
                          "muted", box));
  return box;
}

QString AskDialog::answer() const { return kind_ == Kind::Secret && edit_ ? edit_->text() : QStringLiteral("yes"); }

} // namespace discern::desktop
