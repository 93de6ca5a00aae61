#include "gl/panel_widget.h"

#include "gl/vision_filter.h"
#include "scene/colour/vision.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QOpenGLContext>
#include <QOpenGLFunctions>
#include <QSaveFile>
#include <QThreadPool>
#include <atomic>
#include <cmath>
#include <mutex>
#include <vtkCallbackCommand.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkOpenGLState.h>

namespace discern::views {

struct PanelWidget::Wire {
  std::mutex mutex;
  PanelWidget* widget = nullptr; ///< null once the widget is gone
  std::atomic<bool> pending{false};

  static void ring(const std::shared_ptr<Wire>& wire) {
    if (wire->pending.exchange(true)) return;
    const std::lock_guard lock(wire->mutex);
    if (!wire->widget) return;
    QMetaObject::invokeMethod(
        wire->widget,
        [wire] {
          wire->pending = false;
          if (wire->widget) wire->widget->requestRender(); // only this thread clears `widget`
        },
        Qt::QueuedConnection);
  }
  static void tell(const std::shared_ptr<Wire>& wire, const QString& sentence) {
    const std::lock_guard lock(wire->mutex);
    if (!wire->widget) return;
    QMetaObject::invokeMethod(
        wire->widget,
        [wire, sentence] {
          if (wire->widget) Q_EMIT wire->widget->reported(sentence);
        },
        Qt::QueuedConnection);
  }
};

PanelWidget::PanelWidget(link::Link& link, data::FieldProvider& provider, const Style& style, const std::string& panel,
                         QWidget* parent)
    : QOpenGLWidget(parent), link_(link), provider_(provider), style_(style), name_(panel),
      wire_(std::make_shared<Wire>()) {
  wire_->widget = this;
  QSurfaceFormat surface = format();
  surface.setRenderableType(QSurfaceFormat::OpenGL);
  surface.setVersion(3, 2);
  surface.setProfile(QSurfaceFormat::CoreProfile);
  surface.setOption(QSurfaceFormat::DeprecatedFunctions); // lines wider than a pixel, which VTK takes for granted
  surface.setSamples(0);                                  // VTK smooths in a framebuffer of its own
  setFormat(surface);
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setMinimumSize(96, 72);
  setObjectName(QStringLiteral("panel-%1").arg(text(panel)));
  setAccessibleName(tr("%1 view").arg(title()));
  scale_ = devicePixelRatioF();
  makePanel();
  QObject::connect(&link_, &link::Link::stateChanged, this,
                   [this](const session::State& before, const session::State& after) { stateChanged(before, after); });
}

PanelWidget::~PanelWidget() {
  {
    const std::lock_guard lock(wire_->mutex);
    wire_->widget = nullptr;
  }
  releaseGraphics();
}

QString PanelWidget::title() const {
  const std::string words = scene::titleOf(name_, link_.state(), provider_);
  return words.empty() ? tr("Slice") : text(words);
}

void PanelWidget::makePanel() {
  const auto wire = wire_;
  scene::Context context{provider_, style_.theme, scale_, [wire] { Wire::ring(wire); },
                         [wire](const std::string& sentence) { Wire::tell(wire, text(sentence)); }};
  window_ = vtkSmartPointer<vtkGenericOpenGLRenderWindow>::New();
  window_->SetOwnContext(0);
  window_->SetReadyForRendering(true);
  window_->SetIsCurrent(true);
  window_->SetMultiSamples(0);
  window_->SetFrameBlitModeToBlitToCurrent();
  // VTK frees what it no longer draws whenever data arrives, not only while painting. Vertex arrays belong to one
  // context: freed while that of another view is current, they would be that view's.
  vtkNew<vtkCallbackCommand> current;
  current->SetClientData(this);
  current->SetCallback([](vtkObject*, unsigned long event, void* self, void* answer) {
    auto* widget = static_cast<PanelWidget*>(self);
    const bool is = QOpenGLContext::currentContext() == widget->context();
    if (event == vtkCommand::WindowIsCurrentEvent)
      *static_cast<bool*>(answer) = is;
    else if (!is && widget->isValid())
      widget->makeCurrent();
  });
  window_->AddObserver(vtkCommand::WindowMakeCurrentEvent, current);
  window_->AddObserver(vtkCommand::WindowIsCurrentEvent, current);
  panel_ = scene::makePanel(name_, std::move(context));
  panel_->attach(window_);
  panel_->update(link_.state());
}

void PanelWidget::releaseGraphics() {
  if (!window_) return;
  if (ready_) {
    makeCurrent();
    vision_.reset();
    window_->Finalize();
    doneCurrent();
  }
  panel_.reset();
  window_ = nullptr;
  ready_ = false;
}

void PanelWidget::initializeGL() {
  // A context can come twice: when the view moves to another top-level window. What lived in the old one went with it.
  QObject::connect(
      context(), &QOpenGLContext::aboutToBeDestroyed, this,
      [this] {
        if (!ready_) return;
        makeCurrent();
        vision_.reset();
        window_->Finalize();
        doneCurrent();
        ready_ = false;
      },
      Qt::DirectConnection);
  if (!window_) makePanel();
  window_->SetReadyForRendering(true);
  window_->OpenGLInitContext();
  ready_ = true;
}

void PanelWidget::resizeGL(int width, int height) {
  const double scale = devicePixelRatioF();
  if (scale != scale_) { // text and line widths are the panel's from its birth
    scale_ = scale;
    window_->Finalize();
    panel_.reset();
    makePanel();
    window_->OpenGLInitContext();
  }
  const int w = std::max(1, static_cast<int>(std::lround(width * scale))),
            h = std::max(1, static_cast<int>(std::lround(height * scale)));
  window_->SetSize(w, h);
  panel_->resize(w, h);
  panel_->update(link_.state());
}

void PanelWidget::prepare() {
  unseen_ = true;
  grabFramebuffer(); // what makes a context for a widget that isn't shown yet
  unseen_ = false;
}

void PanelWidget::resizeEvent(QResizeEvent* event) {
  unseen_ = true; // QOpenGLWidget paints here too; the paint event that follows is the one that is seen
  QOpenGLWidget::resizeEvent(event);
  unseen_ = false;
  requestRender();
}

void PanelWidget::paintGL() {
  if (unseen_) return;
  QElapsedTimer clock;
  clock.start();
  QOpenGLFunctions* gl = QOpenGLContext::currentContext()->functions();
  gl->glBindFramebuffer(GL_FRAMEBUFFER, defaultFramebufferObject());
  window_->GetState()->Reset();
  window_->GetState()->ResetFramebufferBindings();
  dirty_ = false;
  window_->Render();
  gl->glBindFramebuffer(GL_FRAMEBUFFER, defaultFramebufferObject());
  if (const std::string& vision = link_.state().vision; !vision.empty() && !plain_) {
    if (!vision_) vision_ = std::make_unique<VisionFilter>();
    vision_->apply(scene::visionMatrix(vision), static_cast<int>(std::lround(width() * scale_)),
                   static_cast<int>(std::lround(height() * scale_)));
  }
  gl->glDisable(GL_SCISSOR_TEST);
  gl->glColorMask(GL_FALSE, GL_FALSE, GL_FALSE, GL_TRUE);
  gl->glClearColor(0, 0, 0, 1);
  gl->glClear(GL_COLOR_BUFFER_BIT);
  gl->glColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
  Q_EMIT painted(static_cast<double>(clock.nsecsElapsed()) * 1e-6, panel_->complete());
}

void PanelWidget::requestRender() {
  dirty_ = true;
  update();
}

void PanelWidget::stateChanged(const session::State& before, const session::State& after) {
  if (before.vision != after.vision) requestRender();
  if (panel_ && isVisible()) panel_->update(after); // a view that nobody sees reads nothing
}

void PanelWidget::setStyle(const Style& style) {
  style_ = style;
  panel_->setTheme(style.theme);
  requestRender();
}

bool PanelWidget::settled() const { return !dirty_ && !wire_->pending && panel_->complete(); }

QImage PanelWidget::picture() {
  plain_ = true;
  QImage image = grabFramebuffer();
  plain_ = false;
  if (!link_.state().vision.empty()) requestRender(); // what is on the screen was drawn over
  return image;
}

QPointF PanelWidget::toPanel(const QPointF& position) const {
  return {position.x() * scale_, (height() - position.y()) * scale_};
}

std::optional<data::Vec3> PanelWidget::worldAt(const QPointF& position) const {
  const QPointF p = toPanel(position);
  return panel_->worldAt(p.x(), p.y());
}

void PanelWidget::copyPicture() { QApplication::clipboard()->setImage(picture()); }

void PanelWidget::savePicture() {
  const QImage image = picture();
  const QString file = QFileDialog::getSaveFileName(
      this, tr("Save picture"), title().toLower() + QStringLiteral(".png"), tr("PNG picture (*.png)"));
  if (!file.isEmpty() && !image.save(file)) Q_EMIT reported(tr("The picture could not be written to %1.").arg(file));
}

void PanelWidget::saveValues() {
  auto* dialog = new QFileDialog(this, tr("Save values"), QString(), tr("Comma-separated values (*.csv)"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setOption(QFileDialog::DontUseNativeDialog);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix(QStringLiteral("csv"));
  dialog->selectFile(title().toLower() + QStringLiteral(".csv"));
  QObject::connect(dialog, &QFileDialog::fileSelected, this, &PanelWidget::writeValues);
  dialog->open();
}

void PanelWidget::writeValues(const QString& file) {
  QThreadPool::globalInstance()->start([wire = wire_, file, table = values()] {
    QByteArray out;
    for (const QString& line : table.split(QLatin1Char('\n'))) {
      QStringList cells = line.split(QLatin1Char('\t'));
      for (QString& cell : cells)
        if (cell.contains(QLatin1Char(',')) || cell.contains(QLatin1Char('"')))
          cell = QLatin1Char('"') + cell.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
      out += cells.join(QLatin1Char(',')).toUtf8() + '\n';
    }
    QSaveFile target(file);
    const bool whole = target.open(QIODevice::WriteOnly) && target.write(out) == out.size() && target.commit();
    if (!whole) Wire::tell(wire, tr("The values could not be written to %1.").arg(file));
  });
}

void PanelWidget::toggleMaximised() {
  link_.run("setMaximised", {{"panel", link_.state().maximised == name_ ? std::string() : name_}});
}

void PanelWidget::showEvent(QShowEvent* event) {
  QOpenGLWidget::showEvent(event);
  if (panel_) panel_->update(link_.state());
}

void PanelWidget::focusInEvent(QFocusEvent* event) {
  QOpenGLWidget::focusInEvent(event);
  Q_EMIT focused(true);
}

void PanelWidget::focusOutEvent(QFocusEvent* event) {
  QOpenGLWidget::focusOutEvent(event);
  Q_EMIT focused(false);
}

void PanelWidget::contextMenuEvent(QContextMenuEvent* event) {
  // The mouse's menu comes on release without a drag; a drag of the right button is contrast or zoom.
  if (event->reason() == QContextMenuEvent::Keyboard) showMenu(mapToGlobal(rect().center()));
  event->accept();
}

void PanelWidget::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) toggleMaximised();
  event->accept();
}

void PanelWidget::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape && link_.regions().drawing()) { // also from a view that has no slice
    link_.regions().endDrawing();
    event->accept();
    return;
  }
  if (event->key() == Qt::Key_R && event->modifiers() == Qt::NoModifier) {
    resetView();
    event->accept();
    return;
  }
  event->ignore();
}

std::unique_ptr<QMenu> PanelWidget::menu() {
  auto result = std::make_unique<QMenu>();
  result->addAction(icon(QStringLiteral("copy"), style_), tr("Copy picture"), this, &PanelWidget::copyPicture);
  result->addAction(tr("Save picture…"), this, &PanelWidget::savePicture);
  if (hasValues()) result->addAction(tr("Save values as CSV…"), this, &PanelWidget::saveValues);
  result->addSeparator();
  addToMenu(*result);
  result->addSeparator();
  QAction* reset =
      result->addAction(icon(QStringLiteral("reset"), style_), tr("Reset view"), this, [this] { resetView(); });
  reset->setShortcut(Qt::Key_R);
  if (!canBeMaximised()) return result;
  const bool maximised = link_.state().maximised == name_;
  result->addAction(icon(maximised ? QStringLiteral("restore") : QStringLiteral("maximise"), style_),
                    maximised ? tr("Restore all views") : tr("Maximise"), this, &PanelWidget::toggleMaximised);
  return result;
}

void PanelWidget::showMenu(const QPoint& global) {
  auto* shown = menu().release();
  shown->setAttribute(Qt::WA_DeleteOnClose);
  shown->popup(global);
}

} // namespace discern::views
