#include "window_fixture.h"

#include "desktop/actions/action_registry.h"
#include "desktop/figure/figure_options.h"
#include "desktop/session/document.h"
#include "desktop/tree/data_tree.h"
#include "desktop/tree/layer_model.h"
#include "desktop/window/message_banner.h"

#include <QFile>
#include <QFileDialog>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSet>
#include <QSignalSpy>
#include <nlohmann/json.hpp>

using namespace discern::desktop;

namespace {

/// The share of pixels that differ by more than a little.
double difference(const QImage& a, const QImage& b) {
  if (a.size() != b.size()) return 1;
  qint64 differing = 0;
  for (int y = 0; y < a.height(); ++y)
    for (int x = 0; x < a.width(); ++x) {
      const QRgb p = a.pixel(x, y), q = b.pixel(x, y);
      if (std::abs(qRed(p) - qRed(q)) + std::abs(qGreen(p) - qGreen(q)) + std::abs(qBlue(p) - qBlue(q)) > 12)
        ++differing;
    }
  return static_cast<double>(differing) / (static_cast<double>(a.width()) * a.height());
}

} // namespace

class SessionsTest : public QObject {
  Q_OBJECT
  WindowFixture fixture;

private Q_SLOTS:
  void aSavedSessionComesBackWithTheSamePicture() {
    const QString file = fixture.folder.filePath("kept.discern");
    QImage before;
    discern::session::State state;
    {
      const auto window = fixture.window();
      window->openFiles({fixture.demo("nuclei.tif")});
      QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(1), 20000);
      window->openFiles({fixture.demo("nuclei_truth.tif")});
      QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(2), 20000);
      window->link().setCursor({20, 24, 12});
      window->link().run("setLayer", {{"id", window->link().state().layers[0].id}, {"colormap", "viridis"}});
      QVERIFY(WindowFixture::settle(*window));
      QTest::qWait(300);
      QVERIFY(WindowFixture::settle(*window));
      // Through the dialog, as a person would.
      window->actionRegistry().find("file.save")->trigger();
      auto* dialog = window->findChild<QFileDialog*>();
      QVERIFY(dialog);
      dialog->selectFile(file);
      QSignalSpy saved(&window->document(), &Document::saved);
      QMetaObject::invokeMethod(dialog, "accept");
      QVERIFY(saved.count() == 1 || saved.wait());
      QVERIFY(QFile::exists(file));
      before = window->grid().picture();
      state = window->link().state();
      window->close();
    }
    {
      const auto window = fixture.window();
      window->openFiles({file});
      QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(2), 20000);
      QVERIFY(WindowFixture::settle(*window));
      QTest::qWait(300);
      QVERIFY(WindowFixture::settle(*window));
      QVERIFY(window->link().state() == state);
      window->messages().clear();
      QTest::qWait(50);
      QVERIFY(WindowFixture::settle(*window));
      const QImage after = window->grid().picture();
      QVERIFY2(difference(before, after) < 0.002, qPrintable(QString::number(difference(before, after))));
      QVERIFY(!window->document().modified());
    }
  }

  void aFigureIsDrawnByTheRunner() {
    const auto window = fixture.window();
    window->openFiles({fixture.demo("nuclei.tif")});
    QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(1), 20000);
    const QString file = fixture.folder.filePath("figure.png");
    FigureOptions options;
    options.widthMm = 640 / 96.0 * 25.4;
    options.heightMm = 480 / 96.0 * 25.4;
    options.dpi = 96;
    window->writeFigure(file, options);
    QTRY_VERIFY_WITH_TIMEOUT(window->messages().texts().join('\n').contains("Exported"), 60000);
    const QImage figure(file);
    QCOMPARE(figure.size(), QSize(640, 480));
    QSet<QRgb> colours;
    for (int y = 0; y < figure.height(); y += 2)
      for (int x = 0; x < figure.width(); x += 2)
        colours.insert(figure.pixel(x, y));
    QVERIFY2(colours.size() > 50, qPrintable(QString::number(colours.size())));
    WindowFixture::keep(*window, "exported");
    window->writeFigure(QStringLiteral("/proc/nowhere/figure.png"), options);
    QTRY_VERIFY_WITH_TIMEOUT(window->messages().texts().join('\n').contains("can't be exported"), 60000);
  }

  void aLostFileIsAskedFor() {
    const QString file = fixture.folder.filePath("lost.discern");
    discern::session::State state;
    discern::session::Layer layer;
    layer.id = "L1";
    layer.path = fixture.folder.filePath("gone.tif").toStdString();
    layer.name = "gone.tif";
    state.layers.push_back(layer);
    discern::session::save(state, file.toStdString());
    const auto window = fixture.window();
    window->openFiles({file});
    QTRY_VERIFY_WITH_TIMEOUT(window->messages().texts().join('\n').contains("gone.tif"), 20000);
    QCOMPARE(window->link().state().layers.size(), std::size_t(1));
    QTRY_VERIFY(window->tree().model().index(0, 0).data(LayerModel::UnreadableRole).toBool());
    // A change of the layer doesn't ask for the file, and complain, once more.
    window->messages().clear();
    window->link().run("setLayer", {{"id", "L1"}, {"opacity", 0.5}});
    QTest::qWait(300);
    QVERIFY(window->messages().texts().isEmpty());
    WindowFixture::keep(*window, "missing");
  }

  void changedWorkIsAskedAbout() {
    const auto window = fixture.window();
    window->openFiles({fixture.demo("nuclei.tif")});
    QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(1), 20000);
    const QString file = fixture.folder.filePath("asked.discern");
    QSignalSpy saved(&window->document(), &Document::saved);
    window->document().save(file);
    QVERIFY(saved.wait());
    window->link().run("setLayer", {{"id", "L1"}, {"name", "renamed"}});
    QVERIFY(window->isWindowModified());
    window->close();
    auto* box = window->findChild<QMessageBox*>("unsaved");
    QVERIFY(box);
    QVERIFY(window->isVisible());
    WindowFixture::keep(*box, "unsaved");
    box->button(QMessageBox::Cancel)->click();
    QVERIFY(window->isVisible());
    window->close();
    box = window->findChild<QMessageBox*>("unsaved");
    QVERIFY(box);
    QSignalSpy again(&window->document(), &Document::saved);
    box->button(QMessageBox::Save)->click();
    QVERIFY(again.wait());
    QTRY_VERIFY(!window->isVisible());
    QCOMPARE(discern::session::load(file.toStdString()).layers[0].name, std::string("renamed"));
  }

  void lookingOnlyClosesWithoutAQuestion() {
    const auto window = fixture.window();
    window->openFiles({fixture.demo("nuclei.tif")});
    QTRY_COMPARE_WITH_TIMEOUT(window->link().state().layers.size(), std::size_t(1), 20000);
    window->close();
    QVERIFY(!window->findChild<QMessageBox*>("unsaved"));
    QVERIFY(!window->isVisible());
  }
};

DISCERN_WINDOW_TEST(SessionsTest)
#include "test_sessions.moc"
