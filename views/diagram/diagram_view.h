#pragma once
#include "plot/plot_view.h"
#include "scene/diagram/diagram_panel.h"

namespace discern::views {

/// One plot of the session under the mouse: a click chooses, a drag encloses (a rectangle, with Alt or while `lasso` is
/// on freehand), Ctrl adds, arrows step, Escape lets go of what is chosen; wheel, middle drag and R as in every plot.
/// The menu holds what can be chosen about it, and writes its numbers.
class DiagramView final : public PlotView {
  Q_OBJECT
public:
  /// `panel`: "KIND:ID".
  DiagramView(link::Link& link, data::FieldProvider& provider, const Style& style, const std::string& panel,
              QWidget* parent = nullptr);
  [[nodiscard]] scene::DiagramPanel* diagram() const { return dynamic_cast<scene::DiagramPanel*>(&panel()); }
  [[nodiscard]] bool lasso() const { return lasso_; }
  /// The numbers under the picture, tab-separated.
  [[nodiscard]] QString asText() const override;
  [[nodiscard]] bool hasValues() const override;
  /// Fills a menu with the values of a choice; what is picked goes into the session.
  void fillChoice(QMenu& menu, const scene::DiagramPanel::Choice& choice);

public Q_SLOTS:
  void setLasso(bool on);
  void letGo(); ///< nothing is chosen any more, anywhere

Q_SIGNALS:
  void lassoChanged(bool on);

protected:
  void press(const QPointF& at, Qt::KeyboardModifiers held) override;
  void drag(const QPointF& from, const QPointF& to) override;
  void release(const QPointF& from, const QPointF& to, Qt::KeyboardModifiers held) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void step(int by) override { stepBy(by, 0); }
  void addToMenu(QMenu& menu) override;
  [[nodiscard]] QString acrossName() const override { return {}; }

private:
  void stepBy(int right, int up);
  void run(const std::vector<session::Command>& commands);
  [[nodiscard]] std::vector<scene::DiagramPanel::Pixel> outline(const QPointF& from, const QPointF& to) const;
  bool lasso_ = false, freehand_ = false;
  std::vector<QPointF> trail_; ///< of the freehand drag
};

} // namespace discern::views
