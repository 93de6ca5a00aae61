#include "window_fixture.h"

#include "desktop/actions/action_registry.h"
#include "desktop/figure/figure_bar.h"
#include "desktop/figure/figure_dialog.h"
#include "desktop/session/document.h"
#include "desktop/window/message_banner.h"
#include "session/session.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFile>
#include <QFileDialog>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QToolButton>
#include <nlohmann/json.hpp>

using namespace discern::desktop;

/// Export Figure, as a person uses it.
class FiguresTest : public QObject {
  Q_OBJECT
  WindowFixture fixture;

  static FigureDialog* dialogOf(MainWindow& window) { return window.findChild<FigureDialog*>(); }
  std::unique_ptr<MainWindow> opened(const char* demo) {
    auto window = fixture.window();
    window->openFiles({fixture.demo(demo)});
    [&] {
      QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(1), 20000);
      QVERIFY(WindowFixture::settle(*window));
    }();
    return window;
  }
  template <typename T>
  static T* named(QWidget* parent, const QString& name) {
    for (T* widget : parent->findChildren<T*>())
      if (widget->accessibleName() == name || widget->property("text").toString() == name) return widget;
    return nullptr;
  }

private Q_SLOTS:
  void theDialogPreviewsRemembersAndExports() {
    const auto window = opened("nuclei.tif");
    QTest::keyClick(window.get(), Qt::Key_E, Qt::ControlModifier);
    FigureDialog* dialog = nullptr;
    QTRY_VERIFY((dialog = dialogOf(*window)));
    QTRY_VERIFY_WITH_TIMEOUT(dialog->previewed(), 60000);
    auto* preview = named<QLabel>(dialog, "Preview");
    const QImage light = preview->pixmap().toImage();
    QVERIFY(qGray(light.pixel(3, light.height() / 4)) > 200); // paper is white
    WindowFixture::keep(*dialog, "figure_dialog");
    // Another choice is another preview; the last one counts.
    FigureOptions options = dialog->options();
    QVERIFY(!options.crosshair && options.light && options.dpi == 300);
    options.widthMm = 80;
    options.heightMm = 60;
    options.dpi = 150;
    options.transparent = true;
    options.view = "axial";
    dialog->setOptions(options);
    QVERIFY(!dialog->previewed());
    QVERIFY(dialog->options() == options);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->previewed(), 60000);
    QVERIFY(preview->pixmap().toImage() != light);
    WindowFixture::keep(*dialog, "figure_dialog_transparent");
    bool pixels = false;
    for (auto* label : dialog->findChildren<QLabel*>())
      pixels = pixels || label->text() == "472 × 354 pixels";
    QVERIFY(pixels);
    named<QPushButton>(dialog, "Export…")->click();
    QFileDialog* where = nullptr;
    QTRY_VERIFY((where = window->findChild<QFileDialog*>()));
    const QString file = fixture.folder.filePath("dialog.png");
    where->findChild<QLineEdit*>()->setText(file);
    QTest::keyClick(where->findChild<QLineEdit*>(), Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(window->messages().texts().join('\n').contains("Exported"), 60000);
    QVERIFY(window->figureBar().words().isEmpty());
    const QImage figure(file);
    QCOMPARE(figure.size(), QSize(472, 354));
    QVERIFY(figure.hasAlphaChannel());
    QCOMPARE(qRound(figure.dotsPerMeterX() * 0.0254), 150);
    // What was chosen is there the next time.
    QTest::keyClick(window.get(), Qt::Key_E, Qt::ControlModifier);
    QTRY_VERIFY((dialog = dialogOf(*window)));
    QCOMPARE(dialog->options().dpi, 150);
    QVERIFY(dialog->options().transparent && dialog->options().widthMm == 80);
    dialog->reject();
  }

  void aFigureOpensAsItsSession() {
    const QString file = fixture.folder.filePath("figure.png");
    discern::session::State kept;
    {
      const auto window = opened("nuclei.tif");
      window->link().run("setLayer", {{"id", "L1"}, {"colormap", "batlow"}, {"steps", 5}});
      window->link().run("setCursor", {{"world", {10, 20, 5}}});
      kept = window->link().state();
      FigureOptions options;
      options.dpi = 72;
      window->writeFigure(file, options);
      QTRY_VERIFY_WITH_TIMEOUT(window->messages().texts().join('\n').contains("Exported"), 60000);
    }
    const auto window = fixture.window();
    window->openFiles({file});
    QTRY_VERIFY_WITH_TIMEOUT(!window->link().state().empty(), 20000);
    const discern::session::State& state = window->link().state();
    QCOMPARE(state.layers.size(), std::size_t(1));
    QVERIFY(state.layers[0] == kept.layers[0] && state.cursor == kept.cursor);
    QVERIFY(window->document().file().isEmpty()); // Save asks where: the figure is not written over
    QVERIFY(window->messages().texts().join('\n').contains("figure of Discern"));
    // And as the picture that it is, if that is wanted.
    QVERIFY(WindowFixture::settle(*window));
    for (auto* button : window->findChildren<QPushButton*>())
      if (button->text() == "Open as Image") button->click();
    QTRY_COMPARE_WITH_TIMEOUT(state.layers.size(), std::size_t(2), 20000);
    QCOMPARE(QString::fromStdString(state.layers[1].path), file);
  }

  void aPictureWithoutASessionIsData() {
    const QString file = fixture.folder.filePath("plain.png");
    QImage image(32, 24, QImage::Format_Grayscale8);
    image.fill(90);
    QVERIFY(image.save(file));
    const auto window = fixture.window();
    window->openFiles({file});
    QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(1), 20000);
    QCOMPARE(QString::fromStdString(window->link().state().layers[0].path), file);
  }

  void copiedWithItsDots() {
    const auto window = opened("nuclei.tif");
    FigureOptions options;
    options.widthMm = 60;
    options.heightMm = 45;
    options.dpi = 100;
    window->copyFigure(options);
    QTRY_VERIFY_WITH_TIMEOUT(window->messages().texts().join('\n').contains("clipboard"), 60000);
    const QMimeData* data = QApplication::clipboard()->mimeData();
    QVERIFY(data && data->hasImage());
    QCOMPARE(qvariant_cast<QImage>(data->imageData()).size(), QSize(236, 177));
    QVERIFY(data->data("image/png").startsWith("\x89PNG"));
  }

  void cancelledInTheStatusLine() {
    const auto window = opened("nuclei.tif");
    FigureOptions options;
    options.motion = "orbit";
    options.frames = 3000;
    options.dpi = 50;
    options.view = "volume";
    window->writeFigure(fixture.folder.filePath("orbit.png"), options);
    QVERIFY(window->figureBar().words().contains("orbit.png"));
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(fixture.folder.filePath("orbit-0002.png")), 60000);
    // The window goes on meanwhile, and a second export waits its turn.
    window->link().run("setCursor", {{"world", {5, 5, 5}}});
    QVERIFY(WindowFixture::settle(*window));
    window->writeFigure(fixture.folder.filePath("second.png"), FigureOptions());
    QVERIFY(window->messages().texts().join('\n').contains("still being drawn"));
    WindowFixture::keep(*window, "figure_bar");
    window->figureBar().findChild<QToolButton*>()->click();
    QTRY_VERIFY_WITH_TIMEOUT(window->messages().texts().join('\n').contains("cancelled"), 20000);
    QVERIFY(window->figureBar().words().isEmpty());
    QVERIFY(QDir(fixture.folder.path()).entryList({"orbit*", "second*"}).isEmpty());
  }

  void animationsAreOfferedWhereThereIsSomething() {
    {
      const auto window = opened("nuclei.tif");
      window->exportFigure();
      auto* motion = dialogOf(*window)->findChildren<QComboBox*>().at(0);
      QVERIFY(motion->findData("time") < 0 && motion->findData("orbit") >= 0);
    }
    const auto window = opened("climate.nc");
    window->exportFigure();
    FigureDialog* dialog = dialogOf(*window);
    FigureOptions options = dialog->options();
    options.motion = "time";
    dialog->setOptions(options);
    QCOMPARE(dialog->options().motion, QString("time"));
    QVERIFY(!named<QPushButton>(dialog, "Copy")->isEnabled());
    options.motion = "orbit"; // a map has no 3D view
    dialog->setOptions(options);
    QVERIFY(dialog->options().motion.isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(dialog->previewed(), 60000);
  }
};

DISCERN_WINDOW_TEST(FiguresTest)
#include "test_figures.moc"
