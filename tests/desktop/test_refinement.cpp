#include "desktop/window/refinement_bar.h"
#include "window_fixture.h"

#include <QDirIterator>
#include <QFile>
#include <QLabel>
#include <QProgressBar>
#include <QSignalSpy>
#include <QStatusBar>
#include <QToolButton>
#include <QtTest>

using namespace discern;

/// The levels that the data service makes of large volumes, as a person sees them: told in the status line, stopped by
/// a button, kept for the next window.
class TestRefinement : public QObject {
  Q_OBJECT

  /// A cube of zeros that takes no room on the disk.
  [[nodiscard]] QString cube(const char* name, int side) const {
    const QString path = fixture_.folder.filePath(QString::fromLatin1(name));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly)) return {};
    QByteArray header =
        QStringLiteral("{'descr': '|u1', 'fortran_order': False, 'shape': (%1, %1, %1), }").arg(side).toLatin1();
    header = header.leftJustified(118 - 1, ' ') + '\n';
    file.write(QByteArray("\x93NUMPY\x01\x00", 8) + char(header.size()) + char(0) + header);
    if (!file.resize(128 + qint64{side} * side * side)) return {};
    return path;
  }

  [[nodiscard]] int wholePyramids() const {
    QDirIterator files(fixture_.folder.filePath(QStringLiteral("cache/discern/pyramid")),
                       {QStringLiteral("statistics.json")}, QDir::Files, QDirIterator::Subdirectories);
    int count = 0;
    for (; files.hasNext(); files.next())
      ++count;
    return count;
  }

private Q_SLOTS:
  void initTestCase() { qputenv("XDG_CACHE_HOME", fixture_.folder.filePath(QStringLiteral("cache")).toUtf8()); }

  void toldAndStopped() {
    const QString path = cube("large.npy", 1300);
    QVERIFY(!path.isEmpty());
    const auto window = fixture_.window(false);
    desktop::RefinementBar& bar = window->refinement();
    QVERIFY(bar.words().isEmpty());
    window->openFiles({path});
    QVERIFY(QTest::qWaitFor([&] { return !bar.words().isEmpty(); }, 30000));
    QVERIFY2(bar.words().startsWith(QStringLiteral("Preparing levels of large.npy · ")), qPrintable(bar.words()));
    QVERIFY(bar.isVisible());
    QVERIFY(bar.toolTip().contains(QStringLiteral("of 2.2 GB read")));
    WindowFixture::keep(*window, "refinement");
    // Nothing is cut off in the status line.
    const auto* words = bar.findChild<QLabel*>();
    QVERIFY(words && words->width() >= words->sizeHint().width());
    QVERIFY(window->statusBar()->rect().contains(bar.geometry()));
    auto* stop = bar.findChild<QToolButton*>();
    QVERIFY(stop && !stop->toolTip().isEmpty() && !stop->accessibleName().isEmpty());
    QTest::mouseClick(stop, Qt::LeftButton);
    QVERIFY(QTest::qWaitFor([&] { return bar.words().isEmpty(); }, 5000));
    QTest::qWait(1500); // it does not begin again by itself
    QVERIFY(bar.words().isEmpty());
    QCOMPARE(wholePyramids(), 0);
  }

  void keptForTheNextWindow() {
    const QString path = cube("middling.npy", 680);
    QVERIFY(!path.isEmpty());
    {
      const auto window = fixture_.window(false);
      window->openFiles({path});
      QVERIFY(QTest::qWaitFor([&] { return wholePyramids() == 1; }, 60000));
      QVERIFY(QTest::qWaitFor([&] { return window->refinement().words().isEmpty(); }, 5000));
    }
    const auto window = fixture_.window(false);
    window->openFiles({path});
    QVERIFY(WindowFixture::settle(*window));
    QTest::qWait(1000);
    QVERIFY(window->refinement().words().isEmpty());
    QCOMPARE(wholePyramids(), 1);
  }

private:
  WindowFixture fixture_;
};

DISCERN_WINDOW_TEST(TestRefinement)
#include "test_refinement.moc"
