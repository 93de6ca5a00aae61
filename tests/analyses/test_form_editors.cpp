// The generated form with a parameter of every type, by mouse and keyboard, over files that are only in memory.
#include "analyses/fixtures.h"
#include "desktop/analyses/analysis_page.h"
#include "desktop/form/check_list.h"
#include "desktop/form/preset_bar.h"
#include "form/preset_file.h"

#include <QAction>
#include <QComboBox>
#include <QFile>
#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

using namespace discern;
using desktop::AnalysisPage;
using nlohmann::json;

class TestFormEditors final : public QObject {
  Q_OBJECT

  static json manifest() {
    QFile file(QStringLiteral(DISCERN_SOURCE_DIR "/tests/plugins/every_type/manifest.json"));
    return file.open(QIODevice::ReadOnly) ? json::parse(file.readAll().toStdString()) : json();
  }

  /// A page over an image with nine steps and labels with names.
  struct Fixture {
    link::Link link;
    test::MemoryFiles files;
    std::unique_ptr<AnalysisPage> page;

    explicit Fixture(const json& analysis = manifest()) {
      files.add("/d/run.nii", false, {20, 16, 12}, 9);
      data::FieldInfo& run = files.files["/d/run.nii"].fields[0];
      run.time.unit = "s";
      for (int i = 0; i < 9; ++i)
        run.time.values.push_back(10 + 2 * i);
      run.indexToWorld = data::Affine::scaling({0.5, 0.5, 2}, {0, 0, 0});
      run.frame = data::Frame::Cartesian;
      run.worldUnit = "mm";
      files.add("/d/atlas.nii", true, {20, 16, 12});
      data::FieldInfo& atlas = files.files["/d/atlas.nii"].fields[0];
      atlas.indexToWorld = run.indexToWorld;
      atlas.frame = run.frame;
      atlas.labelNames = {{1, "Left thalamus"}, {2, "Right thalamus"}, {7, "Insula"}};
      data::FieldInfo weights = run;
      weights.name = "weights";
      files.files["/d/run.nii"].fields.push_back(weights);
      link.run("addLayer", test::layer("/d/run.nii"));
      link.run("addLayer", test::layer("/d/atlas.nii", "truth"));
      page = std::make_unique<AnalysisPage>(desktop::analysisFromManifest(analysis), link, files);
      page->resize(360, 900);
      page->show();
      page->activateWindow();
      (void)QTest::qWaitForWindowActive(page.get(), 2000);
      page->inputs().setValues({{"image", "L1"}, {"regions", "L2"}});
    }
    template <typename T>
    [[nodiscard]] T* child(const char* name) const {
      return page->findChild<T*>(QLatin1String(name));
    }
    [[nodiscard]] QString message(const char* parameter) const {
      auto* label = child<QLabel>(qPrintable(QStringLiteral("message.") + QLatin1String(parameter)));
      return label->isHidden() ? QString() : label->text();
    }
    [[nodiscard]] QString note(const char* parameter) const {
      auto* label = child<QLabel>(qPrintable(QStringLiteral("note.parameter.") + QLatin1String(parameter)));
      return label->isHidden() ? QString() : label->text();
    }
    [[nodiscard]] json value(const char* parameter) const { return page->parameters().values()[parameter]; }
    /// The field of a parameter that takes text.
    [[nodiscard]] QWidget* field(const char* parameter) const {
      QWidget* editor = page->parameters().editor(parameter);
      return editor->focusProxy() ? editor->focusProxy() : editor;
    }
    void type(QWidget* widget, const QString& text) const {
      widget->setFocus();
      QTest::keyClick(widget, Qt::Key_A, Qt::ControlModifier);
      if (text.isEmpty())
        QTest::keyClick(widget, Qt::Key_Delete);
      else
        QTest::keyClicks(widget, text);
    }
    void type(const char* parameter, const QString& text) const { type(field(parameter), text); }
    [[nodiscard]] QPushButton* run() const { return child<QPushButton>("run"); }
  };

  QTemporaryDir home_;

private Q_SLOTS:
  void init() {
    qputenv("XDG_CONFIG_HOME", home_.path().toUtf8());
    QFile::remove(QString::fromStdString(form::presetFile("org.discern.test.every-type")));
  }

  void startsFromTheDefaults() {
    const Fixture f;
    QCOMPARE(f.page->parameters().values(), f.page->analysis().defaults());
    QVERIFY2(f.page->parameters().valid(), qPrintable(f.page->parameters().problems().join('\n')));
    QVERIFY2(f.run()->isEnabled(), qPrintable(f.child<QLabel>("status")->text()));
    QVERIFY(!f.child<QToolButton>("resetAll")->isEnabled());
  }

  void aListIsCheckedAsItIsTyped() {
    const Fixture f;
    f.type("scales", "1, 2.5");
    QCOMPARE(f.value("scales"), (json{1.0, 2.5}));
    f.type("scales", "1, 65");
    QCOMPARE(f.message("scales"),
             QStringLiteral("Must be a list of numbers from 0 to 64 mm, 1 to 6 of them; item 2 is 65."));
    QVERIFY(!f.run()->isEnabled());
    const QString reason = f.child<QLabel>("status")->text(); // it stands by the button
    QVERIFY2(reason.startsWith("Scales: Must be a list"), qPrintable(reason));
    QVERIFY(f.field("scales")->property("invalid").toBool());
    f.type("scales", "1, two");
    QVERIFY(f.message("scales").startsWith("Must be a list of numbers"));
    f.type("scales", "");
    QVERIFY(f.message("scales").contains("there are 0"));
    f.type("scales", "8");
    QVERIFY(f.message("scales").isEmpty() && f.run()->isEnabled());
  }

  void unitsAndRangesAreTold() {
    const Fixture f;
    const QString tip = f.page->parameters().editor("sigma")->toolTip();
    QVERIFY2(tip.contains("Standard deviation") && tip.contains("from 0 to 20 mm") && tip.contains("Default: 1.5 mm"),
             qPrintable(tip));
    QVERIFY(f.child<QSpinBox>("xlo.roi")->toolTip().contains("First voxel along x"));
  }

  void filesAreLookedFor() {
    const Fixture f;
    f.type("table", "/nowhere/kernel.csv");
    QCOMPARE(f.message("table"), QStringLiteral("There is no such file."));
    f.type("table", "kernel.csv");
    QCOMPARE(f.message("table"), QStringLiteral("Type the whole path, from / or ~."));
    f.type("table", "/nowhere/kernel.txt");
    QCOMPARE(f.message("table"), QStringLiteral("Must be a file ending in .csv or .tsv."));
    QFile file(home_.filePath("kernel.csv"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    f.type("table", home_.filePath("kernel.csv"));
    QCOMPARE(f.message("table"), QString());
    f.page->parameters().setValues({{"cache", "/nowhere"}, {"report", "out.csv"}});
    QCOMPARE(f.message("cache"), QStringLiteral("There is no such folder."));
    QCOMPARE(f.note("report"), QStringLiteral("In the folder of the run."));
  }

  void colours() {
    const Fixture f;
    f.type("tint", "#12345");
    QCOMPARE(f.message("tint"), QStringLiteral("Must be a colour such as #4c9aff."));
    f.type("tint", "#FF8000");
    QCOMPARE(f.value("tint"), json("#ff8000"));
    const QImage picture = f.child<QToolButton>("swatch.tint")->icon().pixmap(18, 18).toImage();
    QCOMPARE(picture.pixelColor(picture.width() / 2, picture.height() / 2), QColor("#ff8000"));
  }

  void labelsByNameTickAndSelection() {
    const Fixture f;
    auto* list = f.child<desktop::CheckList>("list.only");
    QCOMPARE(list->count(), 3);
    QCOMPARE(list->item(2)->text(), QStringLiteral("7  Insula"));
    list->setFocus();
    list->setCurrentRow(0);
    QTest::keyClick(list, Qt::Key_Space);
    QTest::keyClick(list, Qt::Key_Down);
    QTest::keyClick(list, Qt::Key_Space);
    QCOMPARE(f.value("only"), (json{1, 2}));
    QCOMPARE(f.note("only"), QStringLiteral("2 labels: Left thalamus, Right thalamus"));
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(list->item(2)).center()); // its words
    QCOMPARE(f.value("only"), (json{1, 2, 7}));
    f.type("only", "2,40-42"); // also what the list doesn't have
    QCOMPARE(f.value("only"), (json{2, 40, 41, 42}));
    QCOMPARE(list->checked(), std::set<std::int64_t>{2});
    list->setFocus();
    list->setCurrentRow(1);
    QTest::keyClick(list, Qt::Key_Space);
    QCOMPARE(f.value("only"), (json{40, 41, 42}));
    f.type("only", "2,x");
    QCOMPARE(f.message("only"), QStringLiteral("Must be labels of \"regions\" such as 1,4,7-9."));
    auto* take = f.child<QToolButton>("take.only");
    QVERIFY(!take->isEnabled());
    const_cast<link::Link&>(f.link).select("L2", {7});
    QVERIFY(take->isEnabled());
    QTest::mouseClick(take, Qt::LeftButton);
    QCOMPARE(f.value("only"), json{7});
  }

  void choicesOfAList() {
    const Fixture f;
    f.child<QToolButton>("advanced")->click();
    auto* list = qobject_cast<desktop::CheckList*>(f.page->parameters().editor("passes"));
    QCOMPARE(f.value("passes"), json{"fine"});
    list->setFocus();
    list->setCurrentRow(0);
    QTest::keyClick(list, Qt::Key_Space);
    QCOMPARE(f.value("passes"), (json{"coarse", "fine"}));
  }

  void fieldsAreChosen() {
    Fixture f;
    auto* weights = qobject_cast<QComboBox*>(f.page->parameters().editor("weights"));
    QCOMPARE(weights->count(), 3); // none, and two of the image's file
    weights->setFocus();
    QTest::keyClick(weights, Qt::Key_End);
    QCOMPARE(f.value("weights"), json("weights"));
    auto* atlas = qobject_cast<QComboBox*>(f.page->parameters().editor("atlas"));
    QCOMPARE(atlas->count(), 2); // labels alone
    atlas->setFocus();
    QTest::keyClick(atlas, Qt::Key_Down);
    QCOMPARE(f.value("atlas"), json("/d/atlas.nii:values"));
    f.page->parameters().setValues({{"weights", "gone"}});
    QCOMPARE(f.message("weights"), QStringLiteral("The file of the input has no field “gone”."));
  }

  void axesThatTheInputHas() {
    Fixture f;
    auto* along = qobject_cast<QComboBox*>(f.page->parameters().editor("along"));
    QCOMPARE(along->itemText(0), QStringLiteral("x · 20"));
    f.files.add("/d/flat.tif", false, {20, 16, 1});
    f.link.run("addLayer", test::layer("/d/flat.tif"));
    f.page->parameters().setValues({{"along", "z"}});
    QCOMPARE(f.message("along"), QString());
    f.page->inputs().setValues({{"image", "L3"}});
    QCOMPARE(f.message("along"), QStringLiteral("The input does not extend along z."));
  }

  void rangesOfTime() {
    Fixture f;
    auto* first = f.child<QSpinBox>("first.steps");
    auto* last = f.child<QSpinBox>("last.steps");
    QCOMPARE(first->value(), 1); // as the player counts
    QCOMPARE(last->value(), 9);
    f.type(first, "3");
    QCOMPARE(f.value("steps"), (json{2, 8}));
    QCOMPARE(f.note("steps"), QStringLiteral("14 s to 26 s; 7 steps"));
    f.type(last, "10");
    QCOMPARE(f.message("steps"), QStringLiteral("The input has steps 1 to 9."));
    f.type(last, "2");
    QVERIFY(f.message("steps").contains("the first comes after the last"));
    f.link.run("setTime", {{"step", 5}});
    QTest::mouseClick(f.child<QToolButton>("now.last.steps"), Qt::LeftButton);
    QCOMPARE(f.value("steps"), (json{2, 5}));
    f.type(first, "1");
    f.type(last, "9");
    QCOMPARE(f.value("steps"), json::array()); // all of it
    f.child<QToolButton>("advanced")->click();
    f.type(f.child<QWidget>("first.span"), "12.5");
    QCOMPARE(f.value("span"), (json{12.5, 26.0}));
    QCOMPARE(f.note("span"), QStringLiteral("In s."));
    f.page->parameters().setValues({{"span", {30, 40}}});
    QCOMPARE(f.message("span"), QStringLiteral("The input has times from 10 to 26."));
  }

  void regionsAreTypedAndDrawn() {
    Fixture f;
    link::RegionBoard& board = f.link.regions();
    const auto* region = f.page->parameters().editor("roi");
    QCOMPARE(f.child<QSpinBox>("xhi.roi")->value(), 19); // the last of 20, as a range of steps has its last
    QCOMPARE(f.note("roi"), QStringLiteral("All of the input."));
    QVERIFY(board.entries().empty());
    f.type(f.child<QSpinBox>("xlo.roi"), "4");
    QCOMPARE(f.value("roi"), (json{{4, 20}, {0, 16}, {0, 12}}));
    QCOMPARE(f.note("roi"), QStringLiteral("16 × 16 × 12 voxels, 8 × 8 × 24 mm"));
    QCOMPARE(board.entries().size(), std::size_t{1});
    QCOMPARE(board.entries()[0].sketch.box, (data::Box{{4, 0, 0}, {20, 16, 12}}));
    f.type(f.child<QSpinBox>("xlo.roi"), "20");
    QCOMPARE(f.message("roi"), QStringLiteral("Along x the first voxel must not come after the last."));
    QVERIFY(!f.run()->isEnabled());
    f.type(f.child<QSpinBox>("xlo.roi"), "0");
    f.type(f.child<QSpinBox>("yhi.roi"), "16");
    QCOMPARE(f.message("roi"), QStringLiteral("The last voxel of the input along y is 15."));
    // A slice changes it.
    auto* draw = f.child<QToolButton>("draw.roi");
    QTest::mouseClick(draw, Qt::LeftButton);
    QVERIFY(board.drawing());
    f.link.run("setLayout", {{"layout", "map"}}); // no slice is in view
    QVERIFY(!board.drawing() && !draw->isChecked() && !draw->isEnabled());
    QVERIFY(draw->toolTip().contains("no slice is in view"));
    f.link.run("setLayout", {{"layout", "four-up"}});
    QVERIFY(draw->isEnabled());
    QTest::mouseClick(draw, Qt::LeftButton);
    QVERIFY(board.drawing());
    board.edit(board.drawing()->owner, {{1, 2, 3}, {4, 5, 6}});
    QCOMPARE(f.value("roi"), (json{{1, 4}, {2, 5}, {3, 6}}));
    QCOMPARE(f.child<QSpinBox>("zhi.roi")->value(), 5);
    board.endDrawing();
    QVERIFY(!draw->isChecked());
    // Esc clears it, and only then goes back.
    QSignalSpy back(f.page.get(), &AnalysisPage::backRequested);
    region->focusProxy()->setFocus();
    QTest::keyClick(region->focusProxy(), Qt::Key_Escape);
    QCOMPARE(f.value("roi"), json::array());
    QVERIFY(board.entries().empty());
    QCOMPARE(back.count(), 0);
    QTest::keyClick(region->focusProxy(), Qt::Key_Escape);
    QCOMPARE(back.count(), 1);
    f.page->parameters().setValues({{"roi", {{1, 4}, {2, 5}, {3, 6}}}});
    QCOMPARE(board.entries().size(), std::size_t{1});
    // Out of sight with the form, and back with it.
    f.page->hide();
    QTRY_VERIFY(board.entries().empty());
    f.page->show();
    QTRY_COMPARE(board.entries().size(), std::size_t{1});
  }

  void aPageThatGoesTakesItsRegionAlong() {
    Fixture f;
    f.page->parameters().setValues({{"roi", {{1, 4}, {2, 5}, {3, 6}}}});
    QCOMPARE(f.link.regions().entries().size(), std::size_t{1});
    f.page.reset();
    QVERIFY(f.link.regions().entries().empty());
  }

  void whatDiffersIsMarkedAndReset() {
    const Fixture f;
    auto* reset = f.child<QToolButton>("reset.tint");
    QVERIFY(!reset->isVisible());
    auto* row = f.child<QWidget>("row.tint");
    const auto bar = [row] { return row->grab().toImage().pixelColor(1, row->height() / 2); };
    const QColor plain = bar();
    f.type("tint", "#000000");
    QVERIFY(reset->isVisible());
    QVERIFY(bar() != plain);
    QVERIFY(f.child<QToolButton>("resetAll")->isEnabled());
    QTest::mouseClick(reset, Qt::LeftButton);
    QCOMPARE(f.value("tint"), json("#4c9aff"));
    QVERIFY(bar() == plain);
    f.page->parameters().setValues({{"tags", {"a"}}, {"roi", {{0, 1}, {0, 1}, {0, 1}}}, {"loud", true}});
    QCOMPARE(f.child<QToolButton>("advanced")->text(), QStringLiteral("Advanced · 1 changed"));
    QTest::mouseClick(f.child<QToolButton>("resetAll"), Qt::LeftButton);
    QCOMPARE(f.page->parameters().values(), f.page->analysis().defaults());
    QCOMPARE(f.child<QToolButton>("advanced")->text(), QStringLiteral("Advanced"));
  }

  void groupsHaveTitlesAndRules() {
    const Fixture f;
    QVERIFY(f.child<QWidget>("group.kernel")->findChildren<QLabel*>()[1]->text().contains("How values are weighed"));
    QVERIFY(!f.page->parameters().editor("amount")->isVisible());
    QTest::keyClick(f.page->parameters().editor("method"), Qt::Key_Down);
    QVERIFY(f.page->parameters().editor("amount")->isVisible());
  }

  void presetsOfTheAnalysis() {
    const Fixture f;
    QComboBox* chooser = f.page->presets()->chooser();
    QCOMPARE(chooser->currentText(), QStringLiteral("Defaults"));
    f.page->parameters().setValues({{"order", 5}});
    QCOMPARE(chooser->currentText(), QStringLiteral("Own values"));
    chooser->setFocus();
    QTest::keyClick(chooser, Qt::Key_Home);
    QTest::keyClick(chooser, Qt::Key_Down);
    QTest::keyClick(chooser, Qt::Key_Down);
    QCOMPARE(chooser->currentText(), QStringLiteral("Edges"));
    QCOMPARE(f.value("method"), json("sharp"));
    QCOMPARE(f.value("order"), json(1));
    f.type("amount", "0.2");
    QCOMPARE(chooser->currentText(), QStringLiteral("Edges, changed"));
    f.type("amount", "0.9");
    QCOMPARE(chooser->currentText(), QStringLiteral("Edges"));
  }

  void presetsOfOnesOwn() {
    const Fixture f;
    const std::string file = form::presetFile("org.discern.test.every-type");
    QComboBox* chooser = f.page->presets()->chooser();
    auto* name = f.child<QLineEdit>("presetName");
    const auto act = [&f](const char* action) { f.child<QAction>(action)->trigger(); };
    QSignalSpy run(f.page.get(), &AnalysisPage::runRequested);
    f.type("order", "7");
    f.page->parameters().setValues({{"only", {2, 7}}});
    act("presetSave");
    QVERIFY(name->isVisible() && name->hasFocus());
    QTest::keyClicks(name, "Edges");
    QTest::keyClick(name, Qt::Key_Return);
    QCOMPARE(f.child<QLabel>("presetMessage")->text(), QStringLiteral("This name belongs to the analysis."));
    f.type(name, "Seven");
    QTest::keyClick(name, Qt::Key_Return);
    QVERIFY2(!name->isVisible(), qPrintable(f.child<QLabel>("presetMessage")->text()));
    QCOMPARE(run.count(), 0); // that Enter is the name's
    QCOMPARE(chooser->currentText(), QStringLiteral("Seven"));
    QCOMPARE(form::readPresets(file).at(0).values, (json{{"order", 7}, {"only", {2, 7}}}));
    QTest::mouseClick(f.child<QToolButton>("resetAll"), Qt::LeftButton);
    QCOMPARE(chooser->currentText(), QStringLiteral("Defaults"));
    chooser->setFocus();
    QTest::keyClick(chooser, Qt::Key_End);
    QCOMPARE(f.value("order"), json(7));
    // Another value, kept under the same name.
    f.type("order", "8");
    QCOMPARE(chooser->currentText(), QStringLiteral("Seven, changed"));
    act("presetUpdate");
    QCOMPARE(chooser->currentText(), QStringLiteral("Seven"));
    QCOMPARE(form::readPresets(file).at(0).values["order"], json(8));
    act("presetRename");
    f.type(name, "Eight");
    QTest::mouseClick(f.child<QPushButton>("presetKeep"), Qt::LeftButton);
    QCOMPARE(chooser->currentText(), QStringLiteral("Eight"));
    { // the next window has it as well
      const Fixture other;
      QVERIFY(other.page->presets()->chooser()->findText("Eight") > 0);
    }
    act("presetSave");
    QTest::keyClick(name, Qt::Key_Escape);
    QVERIFY(!name->isVisible());
    act("presetDelete");
    QVERIFY(form::readPresets(file).empty());
    QCOMPARE(f.value("order"), json(8)); // the form stays as it is
    QCOMPARE(chooser->currentText(), QStringLiteral("Own values"));
  }

  void enterRunsWhatTheFormHolds() {
    const Fixture f;
    QSignalSpy run(f.page.get(), &AnalysisPage::runRequested);
    f.page->parameters().setValues({{"roi", {{1, 4}, {2, 5}, {3, 6}}}, {"tags", {"a, b"}}});
    f.type("note", "done");
    QVERIFY2(f.run()->isEnabled(), qPrintable(f.child<QLabel>("status")->text()));
    QTest::keyClick(f.field("note"), Qt::Key_Return);
    QCOMPARE(run.count(), 1);
    const json given = run[0][1].value<json>();
    QCOMPARE(given["roi"], (json{{1, 4}, {2, 5}, {3, 6}}));
    QCOMPARE(given["tags"], json{"a, b"});
    QCOMPARE(given["note"], json("done"));
    f.type("order", "12");
    QTest::keyClick(f.field("order"), Qt::Key_Return); // Enter does not run what is wrong
    QCOMPARE(run.count(), 1);
  }

  void everythingIsReachedByTab() {
    const Fixture f;
    f.child<QToolButton>("advanced")->click();
    f.page->parameters().editor("method")->setFocus();
    QTest::keyClick(f.page->parameters().editor("method"), Qt::Key_Down);
    QSet<QString> reached;
    f.page->parameters().editor("sigma")->setFocus();
    for (int i = 0; i < 90; ++i) {
      for (const QWidget* at = QApplication::focusWidget(); at; at = at->parentWidget())
        reached << at->objectName();
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    for (const desktop::Parameter& p : f.page->analysis().parameters) {
      const QString name = QStringLiteral("parameter.") + QString::fromStdString(p.name);
      QVERIFY2(reached.contains(name), qPrintable(name));
      QWidget* editor = f.page->parameters().editor(p.name);
      QVERIFY2(!editor->accessibleName().isEmpty() && !editor->toolTip().isEmpty(), qPrintable(name));
    }
    for (const char* name : {"draw.roi", "preset", "run"})
      QVERIFY2(reached.contains(QLatin1String(name)), name);
  }

  void inputsAndParametersShareAColumn() {
    const Fixture f;
    const auto left = [&f](const QWidget* widget) { return widget->mapTo(f.page.get(), QPoint()).x(); };
    QTest::qWait(20);
    const int column = left(f.page->parameters().editor("sigma"));
    QCOMPARE(left(f.page->inputs().chooser("image")), column);
    QCOMPARE(left(f.child<QComboBox>("preset")), column);
  }

  void aGroupEndsWhereItsParametersEnd() {
    json analysis = manifest();
    analysis["parameters"] = json::array({analysis["parameters"][0], analysis["parameters"][11]});
    analysis["parameters"][1].erase("group");
    analysis["presets"] = json::array();
    const Fixture f(analysis);
    const auto* rule = f.page->parameters().findChild<QFrame*>("rule");
    QVERIFY(rule && rule->isVisible());
    const auto top = [&f](const QWidget* widget) { return widget->mapTo(f.page.get(), QPoint()).y(); };
    QVERIFY(top(rule) > top(f.page->parameters().editor("sigma")));
    QVERIFY(top(rule) < top(f.child<QWidget>(("row." + f.page->analysis().parameters[1].name).c_str())));
  }

  /// What is wrong with it stands below the field, which stays in sight.
  void aWrongLimitOfMemory() {
    const Fixture f;
    f.page->resize(360, 420);
    auto* limit = f.child<QLineEdit>("memoryLimit");
    auto* scroll = f.page->findChild<QScrollArea*>();
    limit->setFocus();
    scroll->ensureWidgetVisible(limit);
    QTest::keyClicks(limit, "abc");
    QTest::qWait(50);
    QVERIFY(f.child<QLabel>("memoryMessage")->isVisible());
    QVERIFY(!f.run()->isEnabled());
    const QRect seen(limit->mapTo(scroll->viewport(), QPoint()), limit->size());
    QVERIFY(scroll->viewport()->rect().contains(seen));
    QTest::keyClick(limit, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(limit, "4 GB");
    QVERIFY(!f.child<QLabel>("memoryMessage")->isVisible());
    QVERIFY(f.run()->isEnabled());
  }

  void narrowItStandsBelow() {
    const Fixture f;
    auto* row = f.child<QWidget>("row.sigma");
    const QWidget* editor = f.page->parameters().editor("sigma");
    QVERIFY(editor->x() > row->width() / 3);
    f.page->resize(230, 900);
    QTest::qWait(20);
    QVERIFY(editor->x() < 20);
    QVERIFY(editor->width() > 150);
    f.child<QToolButton>("advanced")->click();
    QTest::qWait(20);
    for (const char* name : {"last.steps", "last.span", "now.last.steps", "draw.roi", "zhi.roi", "browse.table"}) {
      const auto* widget = f.child<QWidget>(name);
      QVERIFY2(widget->mapTo(f.page.get(), QPoint(widget->width(), 0)).x() <= 230, name);
      QVERIFY2(widget->width() >= 24, name);
    }
  }
};

QTEST_MAIN(TestFormEditors)
#include "test_form_editors.moc"
