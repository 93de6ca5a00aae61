#include "analyses/fixtures.h"
#include "desktop/analyses/fold_button.h"
#include "desktop/analyses/input_form.h"
#include "desktop/analyses/number_edit.h"
#include "desktop/analyses/parameter_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace discern;
using desktop::InputForm;
using desktop::NumberEdit;
using desktop::ParameterForm;

class TestAnalysisForm final : public QObject {
  Q_OBJECT

  static std::vector<desktop::Parameter> parameters() {
    return desktop::analysisFromManifest(test::manifests()[0]).parameters;
  }
  template <typename T>
  static T* child(QWidget& form, const char* name) {
    return form.findChild<T*>(QLatin1String(name));
  }

  /// Replaces a field's text by the keyboard.
  static void type(QWidget* editor, const QString& text) {
    editor->setFocus();
    QTest::keyClick(editor, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(editor, text);
  }

private Q_SLOTS:
  void startsFromTheDefaults() {
    ParameterForm form(parameters());
    QVERIFY(form.values() == desktop::analysisFromManifest(test::manifests()[0]).defaults());
    QVERIFY(form.valid());
  }

  void typedNumbersAreChecked() {
    ParameterForm form(parameters());
    form.show();
    QVERIFY(QTest::qWaitForWindowExposed(&form));
    QWidget* sigma = form.editor("sigma");
    auto* message = child<QLabel>(form, "message.sigma");
    QSignalSpy changed(&form, &ParameterForm::changed);

    type(sigma, "2.25");
    QCOMPARE(form.values()["sigma"].get<double>(), 2.25);
    QVERIFY(changed.count() > 0);
    QVERIFY(!message->isVisible());

    type(sigma, "12");
    QVERIFY(message->isVisible());
    QCOMPARE(message->text(), QStringLiteral("Must be between 0 and 10 voxels."));
    QCOMPARE(form.problems(), QStringList{"Smoothing: Must be between 0 and 10 voxels."});
    QVERIFY(sigma->property("invalid").toBool());

    type(sigma, "-");
    QCOMPARE(message->text(), QStringLiteral("Type a number."));
    QVERIFY(!form.valid());

    type(sigma, "10");
    QVERIFY(form.valid());
    QVERIFY(!message->isVisible());
    QTest::keyClick(sigma, Qt::Key_Up); // arrows stay in range
    QCOMPARE(form.values()["sigma"].get<double>(), 10.0);

    type(form.editor("minimum"), "2.5");
    QVERIFY(!form.valid());
    type(form.editor("minimum"), "0");
    QCOMPARE(child<QLabel>(form, "message.minimum")->text(), QStringLiteral("Must be at least 1 voxels."));
    type(form.editor("minimum"), "7");
    QVERIFY(form.values()["minimum"].is_number_integer());
    QCOMPARE(form.values()["minimum"].get<int>(), 7);
  }

  void aChoiceShowsAndHidesOthers() {
    ParameterForm form(parameters());
    form.show();
    QVERIFY(QTest::qWaitForWindowExposed(&form));
    QVERIFY(!form.editor("threshold")->isVisible());
    QTest::keyClick(form.editor("method"), Qt::Key_Down);
    QCOMPARE(form.values()["method"].get<std::string>(), std::string("manual"));
    QVERIFY(form.editor("threshold")->isVisible());
    QTest::keyClick(form.editor("method"), Qt::Key_Up);
    QVERIFY(!form.editor("threshold")->isVisible());
  }

  void eachParameterHasAWayBack() {
    ParameterForm form(parameters());
    form.show();
    QVERIFY(QTest::qWaitForWindowExposed(&form));
    auto* reset = child<QToolButton>(form, "reset.sigma");
    QVERIFY(!reset->isVisible());
    type(form.editor("sigma"), "3");
    QVERIFY(reset->isVisible());
    QTest::mouseClick(reset, Qt::LeftButton);
    QCOMPARE(form.values()["sigma"].get<double>(), 1.5);
    QVERIFY(!reset->isVisible());
    type(form.editor("sigma"), "3");
    form.resetAll();
    QVERIFY(form.values() == ParameterForm(parameters()).values());
  }

  void advancedIsFoldedUntilItMatters() {
    ParameterForm form(parameters());
    form.show();
    QVERIFY(QTest::qWaitForWindowExposed(&form));
    QVERIFY(!form.editor("connected")->isVisible());
    QTest::keyClick(child<QToolButton>(form, "advanced"), Qt::Key_Space);
    QVERIFY(form.editor("connected")->isVisible());

    ParameterForm filled(parameters());
    filled.show();
    QVERIFY(QTest::qWaitForWindowExposed(&filled));
    filled.setValues({{"sigma", 2}, {"connected", false}, {"unknown", 1}});
    QCOMPARE(filled.values()["sigma"].get<double>(), 2.0);
    QVERIFY(!filled.values()["connected"].get<bool>());
    QVERIFY(filled.editor("connected")->isVisible()); // what differs from the default is never out of sight
  }

  void everyFieldIsReachedByTabAndHasAName() {
    ParameterForm form(parameters());
    form.show();
    form.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&form));
    child<desktop::FoldButton>(form, "advanced")->setOpen(true);
    QStringList reached;
    form.editor("sigma")->setFocus();
    for (int i = 0; i < 12; ++i) {
      reached << QApplication::focusWidget()->objectName();
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    for (const char* name : {"sigma", "method", "minimum", "connected", "note"}) {
      QVERIFY2(reached.contains(QStringLiteral("parameter.") + QLatin1String(name)), name);
      QVERIFY2(!form.editor(name)->accessibleName().isEmpty(), name);
      QVERIFY2(!form.editor(name)->toolTip().isEmpty(), name);
    }
  }

  void inputsOfferWhatFits() {
    test::MemoryFiles files;
    files.add("/d/image.tif", false);
    files.add("/d/labels.tif", true);
    files.add("/d/flat.tif", false, {20, 16, 1});
    files.add("/d/run.nii", false, {20, 16, 12}, 9);
    link::Link link;
    InputForm form(desktop::analysisFromManifest(test::manifests()[0]).inputs, link, files);
    QCOMPARE(form.problems(), QStringList{"Image: no layer fits."});
    for (const char* path : {"/d/image.tif", "/d/run.nii", "/d/flat.tif"})
      link.run("addLayer", test::layer(path));
    link.run("addLayer", test::layer("/d/labels.tif", "prediction"));
    QStringList offered;
    for (int i = 0; i < form.chooser("image")->count(); ++i)
      offered << form.chooser("image")->itemText(i);
    QCOMPARE(offered, (QStringList{"run.nii", "image.tif"})); // topmost first; no labels, no single slice
    link.run("setActive", {{"id", "L1"}});
    QCOMPARE(form.values().at("image"), std::string("L1")); // the active one
    form.chooser("image")->setFocus();
    QTest::keyClick(form.chooser("image"), Qt::Key_Up);
    QCOMPARE(form.values().at("image"), std::string("L2"));
    QVERIFY(form.findChild<QLabel*>("note.image")->text().contains("step 1 of 9"));
    link.run("setTime", {{"step", 4}});
    QVERIFY(form.findChild<QLabel*>("note.image")->text().contains("step 5 of 9"));
    QCOMPARE(form.voxels(), std::int64_t(20 * 16 * 12));
    link.run("removeLayer", {{"id", "L2"}});
    QCOMPARE(form.values().at("image"), std::string("L1"));
  }

  void whatWasChosenStaysWhenLayersComeAndGo() {
    test::MemoryFiles files;
    for (const char* path : {"/d/a.tif", "/d/b.tif", "/d/c.tif"})
      files.add(path, false);
    link::Link link;
    InputForm form(desktop::analysisFromManifest(test::manifests()[0]).inputs, link, files);
    link.run("addLayer", test::layer("/d/a.tif"));
    QCOMPARE(form.values().at("image"), std::string("L1"));
    form.keep();
    link.run("addLayer", test::layer("/d/b.tif"));
    link.run("addLayer", test::layer("/d/c.tif"));
    link.run("setActive", {{"id", "L3"}});
    QCOMPARE(form.values().at("image"), std::string("L1"));
    link.run("removeLayer", {{"id", "L2"}});
    QCOMPARE(form.values().at("image"), std::string("L1"));
    // Its own layer is gone: another takes its place, and stays.
    link.run("removeLayer", {{"id", "L1"}});
    QCOMPARE(form.values().at("image"), std::string("L3"));
    link.run("addLayer", test::layer("/d/b.tif"));
    QCOMPARE(form.values().at("image"), std::string("L3"));
  }

  void truthAndPredictionFindTheirPlaces() {
    test::MemoryFiles files;
    files.add("/d/truth.tif", true);
    files.add("/d/labels.tif", true);
    files.add("/d/small.tif", true, {10, 16, 12});
    link::Link link;
    InputForm form(desktop::analysisFromManifest(test::manifests()[1]).inputs, link, files);
    link.run("addLayer", test::layer("/d/truth.tif", "truth"));
    link.run("addLayer", test::layer("/d/labels.tif", "prediction"));
    link.run("setActive", {{"id", "L1"}});
    QCOMPARE(form.values().at("prediction"), std::string("L2"));
    QCOMPARE(form.values().at("truth"), std::string("L1"));
    QVERIFY(form.valid());
    // Another grid is said, never resampled in silence.
    link.run("addLayer", test::layer("/d/small.tif", "prediction"));
    form.setValues({{"prediction", "L3"}});
    QCOMPARE(form.problems().size(), 1);
    QVERIFY(form.problems().first().contains("different grids"));
  }

  void whatAFileHoldsIsAskedFor() {
    test::MemoryFiles files;
    files.add("/d/image.tif", false);
    files.hidden = true;
    link::Link link;
    InputForm form(desktop::analysisFromManifest(test::manifests()[0]).inputs, link, files);
    link.run("addLayer", test::layer("/d/image.tif"));
    QTRY_COMPARE(form.values().size(), std::size_t(1));
  }
};

QTEST_MAIN(TestAnalysisForm)
#include "test_analysis_form.moc"
