#include "window_fixture.h"

#include "desktop/actions/action_registry.h"
#include "desktop/theme/icons.h"

#include <QImage>
#include <cmath>

using namespace discern::desktop;

namespace {

/// Contrast of two colours: WCAG 2.1, relative luminance.
double contrast(const QColor& a, const QColor& b) {
  const auto luminance = [](const QColor& c) {
    const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
  };
  const double x = luminance(a) + 0.05, y = luminance(b) + 0.05;
  return std::max(x, y) / std::min(x, y);
}

} // namespace

class ThemeTest : public QObject {
  Q_OBJECT
  WindowFixture fixture;

private Q_SLOTS:
  void textIsReadable_data() {
    QTest::addColumn<bool>("dark");
    QTest::newRow("dark") << true;
    QTest::newRow("light") << false;
  }
  void textIsReadable() {
    QFETCH(bool, dark);
    const Tokens tokens = Tokens::read(fixture.resources + "/theme.json", dark);
    for (const char* ground : {"canvas", "surface", "raised"})
      for (const char* ink : {"text", "muted", "accent", "good", "warn", "bad"}) {
        const double ratio = contrast(tokens[ink], tokens[ground]);
        // WCAG 2.1 AA: 4.5 for text, 3 for signs (accent and states on grounds).
        const double least =
            QLatin1String(ink) == QLatin1String("text") || QLatin1String(ink) == QLatin1String("muted") ? 4.5 : 3.0;
        QVERIFY2(ratio >= least, qPrintable(QString("%1 on %2: %3").arg(ink, ground).arg(ratio)));
      }
  }

  void theWindowChangesColour() {
    const auto window = fixture.window();
    fixture.appearance->setScheme(Scheme::Dark);
    QTest::qWait(50);
    const QColor before = window->grab().toImage().pixelColor(4, 500);
    window->actionRegistry().find("view.theme.toggle")->trigger();
    QTest::qWait(50);
    const QColor after = window->grab().toImage().pixelColor(4, 500);
    QCOMPARE(before.name(), Tokens::read(fixture.resources + "/theme.json", true)["canvas"].name());
    QVERIFY(!fixture.appearance->tokens().dark);
    QCOMPARE(after.name(), fixture.appearance->tokens()["canvas"].name());
    QCOMPARE(QSettings().value("appearance/scheme").toString(), QStringLiteral("light"));
    WindowFixture::keep(*window, "start_light");
    fixture.appearance->setScheme(Scheme::Dark);
  }

  void iconsFollowThePalette() {
    fixture.appearance->setScheme(Scheme::Dark);
    const auto inkOf = [](QIcon::Mode mode) {
      const QImage image =
          icon("open").pixmap(QSize(48, 48), 1.0, mode).toImage().convertToFormat(QImage::Format_ARGB32);
      QColor ink;
      for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
          if (qAlpha(image.pixel(x, y)) == 255) ink = image.pixelColor(x, y);
      return ink;
    };
    QCOMPARE(inkOf(QIcon::Normal).name(), fixture.appearance->tokens()["text"].name());
    QVERIFY(inkOf(QIcon::Disabled) != inkOf(QIcon::Normal));
    fixture.appearance->setScheme(Scheme::Light);
    QCOMPARE(inkOf(QIcon::Normal).name(), fixture.appearance->tokens()["text"].name());
    fixture.appearance->setScheme(Scheme::Dark);
  }

  void iconsAreCrispAtTwice() {
    const QPixmap pixmap = icon("open").pixmap(QSize(20, 20), 2.0);
    QCOMPARE(pixmap.size(), QSize(40, 40));
    QCOMPARE(pixmap.devicePixelRatio(), 2.0);
  }

  void everyActionHasAnIconThatExists() {
    const auto window = fixture.window();
    for (const QAction* action : window->actionRegistry().all()) {
      const QString name = action->property("icon").toString();
      if (!name.isEmpty()) QVERIFY2(!action->icon().isNull(), qPrintable(name));
      QVERIFY2(!action->toolTip().isEmpty(), qPrintable(action->objectName()));
      if (!action->shortcut().isEmpty())
        QVERIFY2(action->toolTip().contains(action->shortcut().toString(QKeySequence::NativeText)),
                 qPrintable(action->objectName()));
    }
  }

  void noTwoActionsShareAShortcut() {
    const auto window = fixture.window();
    QHash<QString, QString> owner;
    for (const QAction* action : window->actionRegistry().all())
      for (const QKeySequence& keys : action->shortcuts()) {
        const QString text = keys.toString();
        QVERIFY2(!owner.contains(text), qPrintable(text + ": " + owner.value(text) + " and " + action->objectName()));
        owner.insert(text, action->objectName());
      }
  }

  void textGrows() {
    const int before = fixture.appearance->tokens().body;
    fixture.appearance->setTextScale(1.3);
    QVERIFY(fixture.appearance->tokens().body > before);
    fixture.appearance->setTextScale(1.0);
    QCOMPARE(fixture.appearance->tokens().body, before);
  }
};

DISCERN_WINDOW_TEST(ThemeTest)
#include "test_theme.moc"
