#pragma once
#include <QDialog>

class QLineEdit;

namespace discern::desktop {

/// A question of ssh, for a person: a passphrase or code to type, a host's key to confirm, or something to do (touch
/// the security key). What is typed goes to ssh alone; it is neither kept nor logged.
class AskDialog final : public QDialog {
  Q_OBJECT
public:
  enum class Kind { Secret, Confirm, Notice };
  /// `prompt`: ssh's words; `hint`: $SSH_ASKPASS_PROMPT, "confirm", "none" or empty.
  AskDialog(const QString& prompt, const QString& hint, QWidget* parent = nullptr);
  [[nodiscard]] Kind kind() const { return kind_; }
  /// What ssh is to hear once the dialog was accepted.
  [[nodiscard]] QString answer() const;

private:
  QWidget* body(const QString& prompt);
  QWidget* fingerprint(const QString& prompt);
  Kind kind_ = Kind::Secret;
  QLineEdit* edit_ = nullptr;
};

} // namespace discern::desktop
