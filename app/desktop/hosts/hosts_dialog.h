#pragma once
#include "remote/host_profile.h"

#include <QDialog>
#include <optional>
#include <vector>

class QLabel;
class QListWidget;
class QPushButton;
class QScrollArea;
class QStackedWidget;
class QTabBar;
class QToolButton;

namespace discern::desktop {

class HostForm;
class HostTestView;

/// The machines where analyses can run: add, edit, test, remove. Profiles are files of their own, saved one by one.
class HostsDialog final : public QDialog {
  Q_OBJECT
public:
  explicit HostsDialog(QWidget* parent = nullptr);
  /// Shows the host of that name; empty: begins a new one where there is none yet.
  void present(const QString& name = {});
  void addHost();
  void duplicateHost();
  void removeHost(); ///< asks first
  void testHost();   ///< what the form says, saved or not
  bool saveHost();   ///< false: something is wrong with it, and is said
  [[nodiscard]] HostForm& form() { return *form_; }
  [[nodiscard]] HostTestView& test() { return *test_; }
  [[nodiscard]] QStringList names() const; ///< as listed

Q_SIGNALS:
  void hostsChanged();

protected:
  bool event(QEvent* event) override; ///< looks at the files again when a person comes back to it
  void reject() override;             ///< asks what becomes of changes that aren't saved

private:
  struct Entry {
    remote::ListedProfile listed;             ///< as it is on disk; no file: new
    std::optional<remote::HostProfile> draft; ///< what was typed and not saved
    [[nodiscard]] const remote::HostProfile& shown() const { return draft ? *draft : listed.profile; }
  };
  QWidget* side();
  QWidget* emptyPage();
  QWidget* brokenPage();
  QWidget* editor();
  void reload(const QString& current);
  void showCurrent();
  void takeForm();
  void refreshList();
  void refreshButtons();
  void add(remote::HostProfile profile);
  [[nodiscard]] Entry* current();
  [[nodiscard]] QStringList namesBut(const Entry* entry) const;
  bool save(Entry& entry);

  std::vector<Entry> entries_;
  QListWidget* list_ = nullptr;
  QStackedWidget *pages_ = nullptr, *tabs_ = nullptr;
  QTabBar* tabBar_ = nullptr;
  QScrollArea* scroll_ = nullptr;
  HostForm* form_ = nullptr;
  HostTestView* test_ = nullptr;
  QLabel *broken_ = nullptr, *status_ = nullptr;
  QPushButton *testButton_ = nullptr, *save_ = nullptr, *revert_ = nullptr;
  QToolButton *duplicate_ = nullptr, *remove_ = nullptr;
  bool filling_ = false;
};

} // namespace discern::desktop
