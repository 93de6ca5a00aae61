#pragma once
#include "link/link.h"
#include "scene/panel.h"
#include "style/style.h"

#include <QElapsedTimer>
#include <QOpenGLWidget>
#include <memory>
#include <vtkSmartPointer.h>

class QMenu;
class vtkGenericOpenGLRenderWindow;

namespace discern::views {

class VisionFilter;

/// One scene::Panel in a widget: the only place where Qt and VTK meet. It draws, follows the link's state, and turns
/// widget coordinates into the panel's pixels; what the mouse and keys do is for the classes below it.
class PanelWidget : public QOpenGLWidget {
  Q_OBJECT
public:
  /// `panel` is a name that scene::makePanel knows. Link and provider outlive the widget.
  PanelWidget(link::Link& link, data::FieldProvider& provider, const Style& style, const std::string& panel,
              QWidget* parent = nullptr);
  ~PanelWidget() override;

  [[nodiscard]] const std::string& panelName() const { return name_; }
  /// "Axial", or "XY" of what is in no body; "3D", "Map", "Time course". Depends on the data that are shown.
  [[nodiscard]] QString title() const;
  [[nodiscard]] scene::Panel& panel() const { return *panel_; }
  [[nodiscard]] link::Link& link() const { return link_; }
  [[nodiscard]] data::FieldProvider& provider() const { return provider_; }
  [[nodiscard]] const Style& style() const { return style_; }
  virtual void setStyle(const Style& style);

  /// The picture as it stands on the screen, in device pixels, seen with the eyes of most people.
  [[nodiscard]] QImage picture();
  /// Nothing is waiting to be drawn and the panel has all its data.
  [[nodiscard]] bool settled() const;
  /// Widget position (logical, top left) → panel pixels (device, bottom left).
  [[nodiscard]] QPointF toPanel(const QPointF& position) const;
  [[nodiscard]] std::optional<data::Vec3> worldAt(const QPointF& position) const;
  /// The menu of a right click: copy picture, reset, maximise, and what the view adds. The caller owns it.
  [[nodiscard]] std::unique_ptr<QMenu> menu();

  /// The numbers under the picture, tab-separated with a header line; empty: there are none to speak of.
  [[nodiscard]] virtual QString values() const { return {}; }
  [[nodiscard]] virtual bool hasValues() const { return !values().isEmpty(); }
  /// Writes them as CSV, off this thread; `reported` tells of a failure.
  void writeValues(const QString& file);

  /// Makes the graphics context before the view is first shown.
  void prepare();

public Q_SLOTS:
  void copyPicture();
  void savePicture();
  void saveValues(); ///< asks where, without blocking
  void toggleMaximised();
  virtual void resetView() {}

Q_SIGNALS:
  void painted(double milliseconds, bool complete);
  void focused(bool has);
  void reported(const QString& sentence); ///< data that could not be shown

protected:
  void initializeGL() override;
  void resizeGL(int width, int height) override;
  void paintGL() override;
  void resizeEvent(QResizeEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  virtual void addToMenu(QMenu& menu) { (void)menu; }
  /// Whether the view stands in the grid, where it can have the whole room.
  [[nodiscard]] virtual bool canBeMaximised() const { return true; }
  virtual void stateChanged(const session::State& before, const session::State& after);
  void showMenu(const QPoint& global);
  void requestRender();

private:
  struct Wire; ///< carries needsRender from any thread, and outlives the widget
  void makePanel();
  void releaseGraphics();
  link::Link& link_;
  data::FieldProvider& provider_;
  Style style_;
  std::string name_;
  std::shared_ptr<Wire> wire_;
  vtkSmartPointer<vtkGenericOpenGLRenderWindow> window_;
  std::unique_ptr<scene::Panel> panel_;
  double scale_ = 1.0;
  bool dirty_ = true;
  bool ready_ = false;
  std::unique_ptr<VisionFilter> vision_; ///< once it was wanted
  bool plain_ = false;                   ///< without the simulation of other eyes
  bool unseen_ = false;                  ///< what would be painted now is not looked at
};

} // namespace discern::views
