#include "window_fixture.h"

#include "desktop/tree/data_tree.h"
#include "desktop/tree/layer_model.h"
#include "desktop/tree/properties_panel.h"

#include <QListView>
#include <QMimeData>
#include <QSignalSpy>
#include <QSlider>

using namespace discern;
using namespace discern::desktop;

class DataTreeTest : public QObject {
  Q_OBJECT
  WindowFixture fixture;
  std::unique_ptr<MainWindow> window;

  [[nodiscard]] QModelIndex row(int i) const { return window->tree().model().index(i, 0); }
  [[nodiscard]] const std::vector<session::Layer>& layers() const { return window->link().state().layers; }

private Q_SLOTS:
  void init() {
    window = fixture.window(false);
    window->openFiles({fixture.demo("nuclei.tif")});
    QTRY_COMPARE_WITH_TIMEOUT(layers().size(), std::size_t(1), 20000);
    window->openFiles({fixture.demo("nuclei_truth.tif")});
    QTRY_COMPARE_WITH_TIMEOUT(layers().size(), std::size_t(2), 20000);
    QVERIFY(WindowFixture::settle(*window));
  }
  void cleanup() { window.reset(); }

  void topmostIsFirst() {
    QCOMPARE(window->tree().model().rowCount(), 2);
    QCOMPARE(row(0).data().toString(), QStringLiteral("nuclei_truth.tif"));
    QCOMPARE(row(1).data().toString(), QStringLiteral("nuclei.tif"));
    QVERIFY(row(1).data(LayerModel::SummaryRole).toString().contains(QStringLiteral("uint16")));
    QVERIFY(layers()[1].role == session::Role::Truth);
    WindowFixture::keep(*window, "truth");
  }

  void theEyeHidesByMouse() {
    QListView& list = window->tree().list();
    const QRect rect = list.visualRect(row(1));
    QTest::mouseClick(list.viewport(), Qt::LeftButton, Qt::NoModifier, QPoint(rect.left() + 20, rect.center().y()));
    QVERIFY(!layers()[0].visible);
    QTest::mouseClick(list.viewport(), Qt::LeftButton, Qt::NoModifier, QPoint(rect.left() + 20, rect.center().y()));
    QVERIFY(layers()[0].visible);
  }

  void keysHideMoveAndRemove() {
    QListView& list = window->tree().list();
    list.setFocus();
    list.setCurrentIndex(row(1));
    QTest::keyClick(&list, Qt::Key_H);
    QVERIFY(!layers()[0].visible);
    QTest::keyClick(&list, Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(layers()[1].name, std::string("nuclei.tif"));
    QTest::keyClick(&list, Qt::Key_Delete);
    QCOMPARE(layers().size(), std::size_t(1));
    QCOMPARE(layers()[0].name, std::string("nuclei_truth.tif"));
  }

  void choosingARowMakesItActive() {
    QListView& list = window->tree().list();
    QTest::mouseClick(list.viewport(), Qt::LeftButton, Qt::NoModifier, list.visualRect(row(1)).center());
    QCOMPARE(window->link().state().active, layers()[0].id);
    const auto& rows = window->properties().rows();
    QVERIFY(std::any_of(rows.begin(), rows.end(),
                        [](const auto& r) { return r.value.contains(QStringLiteral("uint16")); }));
    QVERIFY(window->properties().asText().contains(QStringLiteral("\t57 × 61 × 31")));
  }

  void opacityFollowsTheSlider() {
    window->tree().opacity().setValue(40);
    QCOMPARE(window->link().state().layer(window->link().state().active)->opacity, 0.4);
    window->link().session().undo();
    QCOMPARE(window->tree().opacity().value(), 100);
  }

  void roleAndNameChangeThroughTheModel() {
    LayerModel& model = window->tree().model();
    QVERIFY(model.setData(row(1), static_cast<int>(session::Role::Prediction), LayerModel::RoleRole));
    QVERIFY(layers()[0].role == session::Role::Prediction);
    QVERIFY(model.setData(row(1), QStringLiteral("  Raw stack "), Qt::EditRole));
    QCOMPARE(layers()[0].name, std::string("Raw stack"));
    QVERIFY(!model.setData(row(1), QStringLiteral("  "), Qt::EditRole));
  }

  void draggingReorders() {
    LayerModel& model = window->tree().model();
    const std::unique_ptr<QMimeData> mime(model.mimeData({row(0)}));
    model.dropMimeData(mime.get(), Qt::MoveAction, 2, 0, {});
    QCOMPARE(layers()[0].name, std::string("nuclei_truth.tif"));
    const std::unique_ptr<QMimeData> back(model.mimeData({row(1)}));
    model.dropMimeData(back.get(), Qt::MoveAction, 0, 0, {});
    QCOMPARE(layers()[1].name, std::string("nuclei_truth.tif"));
  }

  void undoBringsARemovedLayerBack() {
    const auto before = window->link().state();
    window->tree().removeCurrent();
    QCOMPARE(window->tree().model().rowCount(), 1);
    window->link().session().undo();
    QVERIFY(window->link().state() == before);
    QCOMPARE(window->tree().model().rowCount(), 2);
  }
};

DISCERN_WINDOW_TEST(DataTreeTest)
#include "test_data_tree.moc"
