#pragma once
#include "remote/host_profile.h"

#include <QWidget>
#include <map>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace discern::desktop {

class ResourceFields;

/// All of a host's profile as a form, with help under each field, checked as one types.
class HostForm final : public QWidget {
  Q_OBJECT
public:
  explicit HostForm(QWidget* parent = nullptr);
  /// `taken`: names of other hosts, which this one can't have.
  void setProfile(const remote::HostProfile& profile, const QStringList& taken);
  /// As far as it can be understood.
  [[nodiscard]] remote::HostProfile profile() const;
  /// What keeps it from being saved, a sentence each; empty: nothing.
  [[nodiscard]] QStringList problems() const;
  void focusFirst();

Q_SIGNALS:
  void changed();

private:
  struct Row {
    QLabel* help;
    QString words;
    QWidget* editor;
  };
  QGridLayout* section(const QString& title);
  void add(QGridLayout* grid, const QString& key, const QString& label, QWidget* editor, const QString& help);
  [[nodiscard]] std::map<QString, QString> wrong() const; ///< key → what is wrong
  void refresh();

  QLineEdit *name_, *destination_, *port_, *config_, *runner_, *scratch_, *launcher_, *fetch_;
  QPlainTextEdit* prologue_;
  QComboBox* scheduler_;
  QWidget* slurm_ = nullptr;
  ResourceFields* resources_;
  std::map<QString, Row> rows_;
  QStringList taken_;
  bool filling_ = false;
};

} // namespace discern::desktop
