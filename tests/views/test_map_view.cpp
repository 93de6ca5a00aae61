#include "map/map_view.h"
#include "support/scene.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace discern;
using namespace discern::tests;

class TestMapView : public QObject {
  Q_OBJECT
  std::unique_ptr<MemoryProvider> provider_;
  std::unique_ptr<link::Link> link_;
  std::unique_ptr<views::MapView> view_;

  [[nodiscard]] const session::State& state() const { return link_->state(); }
  /// The widget position of a longitude and latitude, by search over the view.
  [[nodiscard]] QPoint at(double longitude, double latitude) const {
    QPoint best(-1, -1);
    double least = 1e9;
    for (int y = 0; y < view_->height(); ++y)
      for (int x = 0; x < view_->width(); ++x)
        if (const auto world = view_->worldAt(QPointF(x + 0.5, y + 0.5))) {
          const double away = std::hypot(std::remainder((*world)[0] - longitude, 360.0), (*world)[1] - latitude);
          if (away < least) {
            least = away;
            best = {x, y};
          }
        }
    return best;
  }
  [[nodiscard]] QColor colourAt(double longitude, double latitude) {
    return view_->picture().pixelColor(at(longitude, latitude) * view_->devicePixelRatioF());
  }
  void show(const std::string& path) {
    addLayer(*link_, *provider_, path);
    link_->run("setDisplay", {{"crosshair", false}});
    view_ = std::make_unique<views::MapView>(*link_, *provider_, testStyle(), "map");
    present(*view_, 900, 560);
    QTRY_VERIFY(view_->settled());
    QTest::qWait(50);
  }

private Q_SLOTS:
  void init() {
    provider_ = std::make_unique<MemoryProvider>();
    addClimate(*provider_);
    link_ = std::make_unique<link::Link>();
  }
  void cleanup() {
    view_.reset();
    link_.reset();
    provider_.reset();
  }

  void northIsUpThoughLatitudesDescend() {
    show("climate");
    const QColor north = colourAt(200, 80), south = colourAt(100, -82);  // away from any coast
    QVERIFY2(north.red() > north.blue() + 40, qPrintable(north.name())); // positive anomaly: red
    QVERIFY2(south.blue() > south.red() + 40, qPrintable(south.name()));
    QVERIFY(at(200, 80).y() < at(100, -82).y());
    photograph(*view_, "map");
  }
  void zeroHasTheMiddleColour() {
    show("climate"); // symmetric about zero, because it is an anomaly
    QVERIFY(state().layers[0].symmetric);
    const QColor middle = colourAt(215, 0);
    QVERIFY2(middle.lightness() > 200 && std::abs(middle.red() - middle.blue()) < 25, qPrintable(middle.name()));
  }
  void chosenCellsAreVeiled() {
    show("climate");
    const QColor north = colourAt(200, 80), south = colourAt(100, -82);
    link_->run("selectVoxels", {{"name", "north"}, {"all", {{{"layer", state().layers[0].id}, {"range", {60, 200}}}}}});
    QTRY_VERIFY(view_->settled());
    QTest::qWait(50);
    const QColor veiled = colourAt(200, 80);
    QVERIFY2(veiled.blue() > north.blue() + 30 && veiled.red() < north.red() - 20, qPrintable(veiled.name()));
    QCOMPARE(colourAt(100, -82), south);
    photograph(*view_, "map_chosen");
    link_->run("selectVoxels", {{"name", ""}, {"all", nlohmann::json::array()}});
    QTRY_COMPARE(colourAt(200, 80), north);
  }
  void missingHasItsColour() {
    show("climate");
    const QColor missing = colourAt(52, 2), expected = views::colour(testStyle().theme.missing);
    QVERIFY2(std::abs(missing.red() - expected.red()) < 6 && std::abs(missing.blue() - expected.blue()) < 6,
             qPrintable(missing.name()));
  }
  void cellsHaveTheirEdges() {
    // One cell of another value: its colour begins and ends half a cell from its centre.
    data::FieldInfo info = *provider_->info("climate")->field("");
    info.time = {};
    info.quantity = "Temperature";
    provider_->add("one", info,
                   [](auto i, auto j, auto, auto) { return i == 20 && j == 4 ? 100.0 : 0.0; }); // 200° E, 50° N
    addLayer(*link_, *provider_, "one");
    link_->run("setLayer", {{"id", state().active}, {"range", {0, 100}}, {"colormap", "grey"}});
    link_->run("setDisplay", {{"crosshair", false}});
    view_ = std::make_unique<views::MapView>(*link_, *provider_, testStyle(), "map");
    present(*view_, 900, 560);
    QTRY_VERIFY(view_->settled());
    QTest::qWait(50);
    QVERIFY(colourAt(196.5, 47).lightness() > 150 && colourAt(203.5, 53).lightness() > 150);
    QVERIFY(colourAt(193.5, 47).lightness() < 110 && colourAt(206.5, 53).lightness() < 110);
    QVERIFY(colourAt(197, 43.5).lightness() < 110 && colourAt(197, 56.5).lightness() < 110);
  }
  void clickGivesLongitudeAsTheDataCount() {
    show("climate"); // 0 … 350
    const QPoint west = at(-100, 20);
    QTest::mouseClick(view_.get(), Qt::LeftButton, {}, west);
    QVERIFY2(std::abs(state().cursor[0] - 260) < 1 && std::abs(state().cursor[1] - 20) < 1,
             qPrintable(QString::number(state().cursor[0])));
  }
  void acrossTheDatelineThereIsData() {
    data::FieldInfo info = *provider_->info("climate")->field("");
    info.indexToWorld.m[3] = -180; // −180 … 170
    info.time = {};
    provider_->add("both", info, [](auto i, auto, auto, auto) { return i < 18 ? -50.0 : 50.0; });
    addLayer(*link_, *provider_, "both");
    link_->run("setDisplay", {{"crosshair", false}});
    view_ = std::make_unique<views::MapView>(*link_, *provider_, testStyle(), "map");
    present(*view_, 900, 560);
    link_->run("setView2d", {{"panel", "map"}, {"centre", {180, 0, 0}}, {"height", 60.0}});
    QTRY_VERIFY(view_->settled());
    QTest::qWait(50);
    const QColor eastern = colourAt(165, -12), western = colourAt(-170, -12);
    QVERIFY2(eastern.red() > eastern.blue() + 40, qPrintable(eastern.name()));
    QVERIFY2(western.blue() > western.red() + 40, qPrintable(western.name()));
    const auto world = view_->worldAt(at(-170, -12));
    QVERIFY(world && std::abs((*world)[0] + 170) < 1); // counted as the data do
  }
  void wheelZoomsAtThePointer() {
    show("climate");
    const QPoint pointer = at(60, 40);
    const auto under = *view_->worldAt(pointer);
    wheel(view_.get(), pointer, 4);
    QVERIFY(state().views2d.at("map").height < 120);
    QTRY_VERIFY(view_->settled());
    const auto after = *view_->worldAt(pointer);
    QVERIFY(std::abs(after[0] - under[0]) < 0.5 && std::abs(after[1] - under[1]) < 0.5);
    photograph(*view_, "map_zoomed");
    QTest::keyClick(view_.get(), Qt::Key_R);
    QCOMPARE(state().views2d.at("map").height, 0.0);
  }
  void middleDragPans() {
    show("climate");
    wheel(view_.get(), at(180, 0), 6);
    const QPoint from(450, 250), to(400, 280);
    const auto under = *view_->worldAt(from);
    drag(view_.get(), from, to, Qt::MiddleButton);
    const auto after = *view_->worldAt(to);
    QVERIFY(std::abs(after[0] - under[0]) < 0.5 && std::abs(after[1] - under[1]) < 0.5);
  }
  void arrowsWalkFromCellToCellRoundTheGlobe() {
    show("climate");
    link_->setCursor({0, 0, 0});
    QTest::keyClick(view_.get(), Qt::Key_Left);
    QCOMPARE(state().cursor[0], 350.0);
    QTest::keyClick(view_.get(), Qt::Key_Right);
    QCOMPARE(state().cursor[0], 0.0);
    QTest::keyClick(view_.get(), Qt::Key_Up);
    QCOMPARE(state().cursor[1], 10.0);
    QTest::keyClick(view_.get(), Qt::Key_PageUp);
    QCOMPARE(state().cursor[1], 90.0);
  }
  void timeChangesThePicture() {
    show("climate");
    const QImage before = view_->picture();
    link_->setTime(5);
    QTRY_VERIFY(view_->settled());
    QTRY_VERIFY(view_->picture() != before);
  }
  void smallViewsDrawWithoutTheirFrame() {
    show("climate");
    view_->resize(200, 120);
    QTRY_VERIFY(view_->settled());
    QTest::qWait(50);
    QVERIFY(view_->worldAt(QPointF(100, 60)));
  }
  void lightTheme() {
    show("climate");
    view_->setStyle(testStyle(false));
    QTRY_VERIFY(view_->settled());
    photograph(*view_, "map_light");
    QVERIFY(view_->picture().pixelColor(2, 2).lightness() > 240);
  }
};

QTEST_MAIN(TestMapView)
#include "test_map_view.moc"
