#pragma once
#include "data/block.h"
#include "link/link.h"
#include "style/style.h"

#include <QWidget>
#include <map>

class QHBoxLayout;
class QMenu;
class QStackedWidget;
class QTabBar;
class QToolButton;

namespace discern::views {

class DiagramView;

/// The plots of the session, one tab each: a button adds one of any kind, and beside the tabs stand what can be chosen
/// about the one in front. Without any it says how to begin.
class DiagramPane final : public QWidget {
  Q_OBJECT
public:
  DiagramPane(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent = nullptr);
  ~DiagramPane() override;
  void setStyle(const Style& style);
  [[nodiscard]] bool settled() const;
  /// The view of the plot in front; nullptr: there is none.
  [[nodiscard]] DiagramView* view() const;
  [[nodiscard]] QTabBar& tabs() const { return *tabs_; }
  /// Adds a plot of a kind, of what fits best; reported() says what is missing.
  void add(const std::string& kind);
  /// What is missing for a plot of a kind; empty: nothing.
  [[nodiscard]] QString missing(const std::string& kind) const;
  /// A menu of the kinds.
  void fillKinds(QMenu& menu);
  void refresh(); ///< after a file became known
  void reread();  ///< after one changed, or the provider has better levels of it

Q_SIGNALS:
  void reported(const QString& sentence);
  void added(); ///< a plot, which wants to be seen

private:
  void follow();
  void followTabs();
  void followChoices();
  link::Link& link_;
  data::FieldProvider& provider_;
  Style style_;
  QTabBar* tabs_;
  QToolButton *add_, *lasso_, *save_;
  QWidget *choices_, *bar_ = nullptr;
  QHBoxLayout* choicesRow_;
  QStackedWidget* stack_;
  QWidget* empty_;
  std::map<std::string, DiagramView*> views_; ///< by id
  std::vector<QToolButton*> buttons_;         ///< of the choices
  bool following_ = false;
};

} // namespace discern::views
