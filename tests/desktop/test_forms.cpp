#include "desktop/actions/action_registry.h"
#include "desktop/analyses/analysis_page.h"
#include "desktop/analyses/analysis_panel.h"
#include "gl/panel_widget.h"
#include "jobs/run_directory.h"
#include "link/region_board.h"
#include "window_fixture.h"

#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QToolButton>
#include <QtTest>

using namespace discern;
using nlohmann::json;

/// The form in the window: a region that is drawn in a slice, changed by its handles, and run with.
class TestForms : public QObject {
  Q_OBJECT
  WindowFixture fixture_;
  std::unique_ptr<desktop::MainWindow> window_;

  [[nodiscard]] desktop::AnalysisPage& page() const { return *window_->analyses().currentPage(); }
  [[nodiscard]] views::PanelWidget& view(const char* panel) const {
    return *window_->findChild<views::ViewGrid*>()->view(panel);
  }
  [[nodiscard]] json value(const char* parameter) const { return page().parameters().values()[parameter]; }
  [[nodiscard]] QSpinBox* side(const char* name) const { return page().findChild<QSpinBox*>(QLatin1String(name)); }
  [[nodiscard]] const link::RegionBoard& board() const { return view("axial").link().regions(); }

  /// Where a voxel's centre is in a view.
  [[nodiscard]] QPoint at(const char* panel, const data::Vec3& index) const {
    const views::PanelWidget& v = view(panel);
    const data::FieldInfo& field = board().entries().front().sketch.field;
    const data::Vec3 world = field.world(index);
    const auto o = *v.worldAt({0, 0}), x = *v.worldAt({1, 0}), y = *v.worldAt({0, 1});
    double xx = 0, yy = 0, ax = 0, ay = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const double dx = x[i] - o[i], dy = y[i] - o[i], to = world[i] - o[i];
      xx += dx * dx;
      yy += dy * dy;
      ax += to * dx;
      ay += to * dy;
    }
    return {qRound(ax / xx), qRound(ay / yy)};
  }
  static void drag(QWidget& widget, const QPoint& from, const QPoint& to, bool release = true) {
    QTest::mousePress(&widget, Qt::LeftButton, {}, from);
    for (int i = 1; i <= 5; ++i)
      QTest::mouseMove(&widget, from + (to - from) * i / 5);
    if (release) QTest::mouseRelease(&widget, Qt::LeftButton, {}, to);
  }

private Q_SLOTS:
  /// The time that the views show becomes the beginning and the end.
  void aRangeOfASeries() {
    const auto window = fixture_.window(false);
    window->openFiles({fixture_.demo("fmri.nii.gz")});
    QVERIFY(WindowFixture::settle(*window));
    QVERIFY(QTest::qWaitFor([&] { return window->analyses().openAnalysis("org.discern.test.every-type"); }, 20000));
    auto& form = window->analyses().currentPage()->parameters();
    const auto* note = form.findChild<QLabel*>("note.parameter.steps");
    link::Link& link = window->findChild<views::ViewGrid*>()->view("axial")->link();
    const auto last = form.findChild<QSpinBox*>("last.steps")->value() - 1; // it counts from 1
    QVERIFY(last > 10);
    link.run("setTime", {{"step", 3}});
    QTest::mouseClick(form.findChild<QToolButton*>("now.first.steps"), Qt::LeftButton);
    QCOMPARE(form.values()["steps"], (json{3, last}));
    link.run("setTime", {{"step", 7}});
    QTest::mouseClick(form.findChild<QToolButton*>("now.last.steps"), Qt::LeftButton);
    QCOMPARE(form.values()["steps"], (json{3, 7}));
    QVERIFY2(note->text().endsWith("5 steps"), qPrintable(note->text()));
    form.setValues({{"roi", {{10, 30}, {12, 40}, {5, 20}}}});
    QVERIFY(form.findChild<QLabel*>("note.parameter.roi")->text().contains(" mm"));
    QVERIFY(WindowFixture::settle(*window));
    WindowFixture::keep(*window, "form-series");
  }

  void initTestCase() {
    qputenv("DISCERN_PLUGIN_PATH", DISCERN_SOURCE_DIR "/tests/plugins/every_type");
    qputenv("XDG_CONFIG_HOME", fixture_.folder.filePath("config").toUtf8());
    window_ = fixture_.window(false);
    window_->openFiles({fixture_.demo("nuclei.tif"), fixture_.demo("nuclei_truth.tif")});
    QVERIFY(WindowFixture::settle(*window_));
    QVERIFY(QTest::qWaitFor([&] { return window_->analyses().openAnalysis("org.discern.test.every-type"); }, 20000));
    QVERIFY(WindowFixture::settle(*window_));
  }

  void aRegionIsDrawnInASlice() {
    page().findChild<QScrollArea*>()->ensureWidgetVisible(page().findChild<QToolButton*>("draw.roi"));
    QTest::mouseClick(page().findChild<QToolButton*>("draw.roi"), Qt::LeftButton);
    QVERIFY(board().drawing());
    views::PanelWidget& axial = view("axial");
    QCOMPARE(axial.cursor().shape(), Qt::CrossCursor);
    const auto before = axial.link().state().cursor;
    drag(axial, at("axial", {12, 40, 0}), at("axial", {30, 18, 0}));
    QCOMPARE(value("roi")[0], (json{12, 31}));
    QCOMPARE(value("roi")[1], (json{18, 41}));
    QCOMPARE(value("roi")[2][0], json(0)); // through all slices
    QVERIFY(!board().drawing());
    QVERIFY(axial.link().state().cursor == before); // it did not move the cursor
    QCOMPARE(side("xlo.roi")->value(), 12);
    QCOMPARE(side("yhi.roi")->value(), 40);
    WindowFixture::keep(*window_, "form-region");
    // It stands over all three slices.
    for (const char* panel : {"axial", "coronal", "sagittal"}) {
      const auto* overlay = view(panel).findChild<QWidget*>("regionOverlay");
      QVERIFY2(overlay && overlay->isVisible(), panel);
      const QImage picture = view(panel).findChild<QWidget*>("regionOverlay")->grab().toImage();
      const QColor accent = views::colour(view(panel).style().theme.accent);
      int blue = 0;
      for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x) {
          const QColor here = picture.pixelColor(x, y);
          blue += std::abs(here.red() - accent.red()) + std::abs(here.green() - accent.green()) +
                              std::abs(here.blue() - accent.blue()) <
                          40
                      ? 1
                      : 0;
        }
      QVERIFY2(blue > 60, panel);
    }
  }

  void itsHandlesChangeIt() {
    // The right side, from before voxel 31 to before voxel 25; the border lies half a voxel before the centre.
    drag(view("axial"), at("axial", {30.5, 29.5, 0}), at("axial", {24.5, 29.5, 0}));
    QCOMPARE(value("roi")[0], (json{12, 25}));
    QCOMPARE(value("roi")[1], (json{18, 41}));
    // A corner, in another view: x and z.
    const json before = value("roi");
    const auto depth = before[2][1].get<double>();
    drag(view("coronal"), at("coronal", {11.5, 0, depth - 0.5}), at("coronal", {14.5, 0, depth - 4.5}));
    QCOMPARE(value("roi")[0], (json{15, 25}));
    QCOMPARE(value("roi")[2], (json{0, before[2][1].get<int>() - 4}));
    // The border moves all of it.
    drag(view("axial"), at("axial", {18, 17.5, 0}), at("axial", {20, 20.5, 0}));
    QCOMPARE(value("roi")[0], (json{17, 27}));
    QCOMPARE(value("roi")[1], (json{21, 44}));
    // A drag elsewhere is the cursor's.
    const auto cursor = view("axial").link().state().cursor;
    QTest::mouseClick(&view("axial"), Qt::LeftButton, {}, at("axial", {22, 30, 0}));
    QVERIFY(view("axial").link().state().cursor != cursor);
    QCOMPARE(value("roi")[0], (json{17, 27}));
  }

  void typingMovesTheRectangle() {
    side("xlo.roi")->setFocus();
    QTest::keyClick(side("xlo.roi"), Qt::Key_Up);
    QCOMPARE(board().entries().front().sketch.box.lo[0], std::int64_t{18});
  }

  void theRunHasIt() {
    WindowFixture::keep(*window_, "form-run");
    QVERIFY2(page().parameters().valid(), qPrintable(page().parameters().problems().join('\n')));
    QTest::keyClick(side("xlo.roi"), Qt::Key_Return);
    const auto& runs = view("axial").link().state().runs;
    QVERIFY(QTest::qWaitFor([&] { return !runs.empty(); }, 5000));
    const jobs::RunDirectory run(runs.back());
    QVERIFY(QTest::qWaitFor([&] { return jobs::isFinal(run.snapshot(0).state); }, 60000));
    const jobs::Snapshot end = run.snapshot(0);
    QCOMPARE(QString::fromStdString(end.message), QString());
    QCOMPARE(end.job["parameters"]["roi"][0], (json{18, 27}));
    QCOMPARE(end.job["parameters"]["roi"][1], (json{21, 44}));
    QCOMPARE(end.summary["given"]["lo"][0], json(18)); // as the program read it
    QVERIFY(WindowFixture::settle(*window_));
  }

  void escClearsIt() {
    views::PanelWidget& axial = view("axial");
    axial.setFocus();
    QTest::mouseClick(page().findChild<QToolButton*>("draw.roi"), Qt::LeftButton);
    drag(axial, at("axial", {5, 5, 0}), at("axial", {9, 9, 0}), false);
    QCOMPARE(value("roi")[0], (json{5, 10}));
    QTest::keyClick(&axial, Qt::Key_Escape); // in the middle of a drag: as it was
    QCOMPARE(value("roi")[0], (json{18, 27}));
    QVERIFY(!board().drawing());
    QTest::mouseRelease(&axial, Qt::LeftButton, {}, at("axial", {9, 9, 0}));
    QCOMPARE(value("roi")[0], (json{18, 27}));
    QTest::keyClick(&axial, Qt::Key_Escape);
    QCOMPARE(value("roi"), json::array());
    QVERIFY(board().entries().empty());
  }

  /// In both themes and at three widths: no row is wider than the form, no field so small that a number is cut off.
  void nothingIsCutOff() {
    auto& form = page().parameters();
    form.setValues({{"method", "sharp"}, {"tags", {"one", "two"}}, {"only", {3, 5}}, {"order", 3}});
    page().inputs().setValues({{"regions", view("axial").link().state().layers.back().id}});
    for (const auto scheme : {desktop::Scheme::Light, desktop::Scheme::Dark}) {
      fixture_.appearance->setScheme(scheme);
      for (const int width : {420, 320, 240}) {
        desktop::AnalysisPage other(page().analysis(), view("axial").link(), view("axial").provider());
        other.inputs().setValues(page().inputs().values());
        other.parameters().setValues(form.values());
        QVERIFY(other.parameters().editor("tags")->isVisibleTo(&other)); // unfolded: what it hides differs
        other.resize(width, 1700);
        other.show();
        QVERIFY(QTest::qWaitForWindowExposed(&other));
        QTest::qWait(200);
        WindowFixture::keep(
            other,
            qPrintable(
                QStringLiteral("form-%1-%2").arg(scheme == desktop::Scheme::Light ? "light" : "dark").arg(width)));
        for (const desktop::Parameter& p : other.analysis().parameters) {
          const QWidget* editor = other.parameters().editor(p.name);
          const QString name = QString::fromStdString(p.name) + QStringLiteral(" at %1").arg(width);
          const QPoint end = editor->mapTo(&other, QPoint(editor->width(), 0));
          QVERIFY2(end.x() <= width, qPrintable(name));
          QVERIFY2(editor->width() >= 90, qPrintable(name));
        }
      }
    }
  }

  /// Ctrl+Z takes back what changed last, in the form or in the session.
  void undoTakesBackTheFormFirst() {
    const QAction* undo = window_->actionRegistry().find("edit.undo");
    views::PanelWidget& axial = view("axial");
    link::Link& link = axial.link();
    auto& form = page().parameters();
    window_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    form.resetAll();
    link.run("setLayout", {{"layout", "four-up"}});
    link.setCursor({1, 2, 3});
    const auto steps = link.session().position();

    // Drawn in a view, taken back from there.
    page().findChild<QScrollArea*>()->ensureWidgetVisible(page().findChild<QToolButton*>("draw.roi"));
    QTest::mouseClick(page().findChild<QToolButton*>("draw.roi"), Qt::LeftButton);
    drag(axial, at("axial", {12, 40, 0}), at("axial", {30, 18, 0}));
    const json drawn = value("roi");
    QVERIFY(!drawn.empty());
    QCOMPARE(undo->text(), QStringLiteral("Undo change of Region"));
    axial.setFocus();
    QTest::keyClick(&axial, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(value("roi"), json::array());
    QCOMPARE(link.session().position(), steps);
    QTest::keyClick(&axial, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(value("roi"), drawn);

    // Typed in a field that the keyboard has left for another.
    QWidget *sigma = form.editor("sigma"), *order = form.editor("order");
    sigma->setFocus();
    QTest::keyClick(sigma, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(sigma, "12");
    QTest::keyClick(sigma, Qt::Key_Tab);
    order->setFocus();
    QCOMPARE(value("sigma"), json(12));
    QTest::keyClick(order, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(value("sigma"), json(1.5));
    QCOMPARE(value("roi"), drawn);
    QCOMPARE(link.session().position(), steps);
    QTest::keyClick(order, Qt::Key_Y, Qt::ControlModifier);
    QCOMPARE(value("sigma"), json(12));

    // A preset is one change; a step of the session comes before it where it is the newer one.
    auto* preset = page().findChild<QComboBox*>("preset");
    preset->setCurrentIndex(1);
    Q_EMIT preset->activated(1);
    QCOMPARE(value("sigma"), json(0.5));
    QCOMPARE(undo->text(), QStringLiteral("Undo choice of the preset “Fine structures”"));
    link.run("setLayout", {{"layout", "single"}});
    QCOMPARE(undo->text(), QStringLiteral("Undo"));
    QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(link.state().layout, std::string("four-up"));
    QCOMPARE(value("sigma"), json(0.5));
    QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(value("sigma"), json(12));
    QCOMPARE(value("roi"), drawn);
    QCOMPARE(link.session().position(), steps);
    while (undo->text() != QStringLiteral("Undo"))
      QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(link.session().position(), steps);
    form.resetAll();
  }

  void labelsThatAreSelectedInAView() {
    auto* take = page().findChild<QToolButton*>("take.only");
    link::Link& link = view("axial").link();
    std::string labels;
    for (const session::Layer& layer : link.state().layers)
      if (layer.name == "nuclei_truth.tif") labels = layer.id;
    QVERIFY(!labels.empty());
    page().inputs().setValues({{"regions", labels}});
    link.select(labels, {3, 5});
    QVERIFY(take->isEnabled());
    take->click();
    QCOMPARE(value("only"), (json{3, 5}));
  }
};

DISCERN_WINDOW_TEST(TestForms)
#include "test_forms.moc"
