#pragma once
#include "link/link.h"
#include "scene/panel.h"
#include "style/style.h"

#include <QWidget>
#include <map>
#include <string>
#include <vector>

class QLabel;

namespace discern::views {

class PanelWidget;
class ViewFrame;

/// The views of the session, laid out as scene::gridOf says, with splitters between. Views are made once and reused
/// when the layout changes. With no layers it shows what to do next.
class ViewGrid final : public QWidget {
  Q_OBJECT
public:
  ViewGrid(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent = nullptr);
  ~ViewGrid() override;
  void setStyle(const Style& style);
  /// Makes the view of a panel before it is needed; it stays hidden until the layout asks for it.
  void prepare(const std::string& panel);
  /// The views on the screen, in reading order.
  [[nodiscard]] std::vector<PanelWidget*> shown() const;
  /// The view of a panel if it was made yet, else nullptr.
  [[nodiscard]] PanelWidget* view(const std::string& panel) const;
  /// Every shown view has its data and has painted them.
  [[nodiscard]] bool settled() const;
  /// Draws prediction and truth as `mode` says in all flat views; empty: as the state says.
  void overrideMode(const std::string& mode);
  /// All views on the screen as one picture, in device pixels.
  [[nodiscard]] QImage picture();

public Q_SLOTS:
  void refresh(); ///< after the provider has learnt of a new dataset
  void reread();  ///< after the provider has better levels or statistics of one

Q_SIGNALS:
  void painted(const QString& panel, double milliseconds, bool complete); ///< after each paint of a view
  void reported(const QString& sentence);

private:
  void layOut();
  ViewFrame* frame(const std::string& panel);
  link::Link& link_;
  data::FieldProvider& provider_;
  Style style_;
  std::map<std::string, ViewFrame*> frames_;
  std::vector<std::string> laidOut_;
  int rows_ = 0, columns_ = 0;
  QWidget* root_ = nullptr;
  QLabel* empty_ = nullptr;
};

} // namespace discern::views
