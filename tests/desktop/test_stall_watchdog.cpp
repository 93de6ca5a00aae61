#include "desktop/window/stall_watchdog.h"

#include <QTest>
#include <chrono>
#include <thread>

using namespace std::chrono_literals;

class StallWatchdogTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void aBlockedLoopIsMeasured() {
    discern::desktop::StallWatchdog watchdog;
    watchdog.start();
    QTest::qWait(100);
    watchdog.reset();
    std::this_thread::sleep_for(200ms);
    QVERIFY(watchdog.longest() > 150); // while it lasts
    QTest::qWait(50);
    QVERIFY2(watchdog.longest() > 180 && watchdog.longest() < 600, qPrintable(QString::number(watchdog.longest())));
    QVERIFY(watchdog.count() >= 1);
  }

  void anIdleLoopHasNone() {
    discern::desktop::StallWatchdog watchdog;
    watchdog.start();
    QTest::qWait(20);
    watchdog.reset();
    QTest::qWait(200);
    QVERIFY2(watchdog.longest() < 150, qPrintable(QString::number(watchdog.longest())));
  }

  void stoppingEndsTheThread() {
    discern::desktop::StallWatchdog watchdog;
    watchdog.start();
    watchdog.stop();
    watchdog.reset();
    std::this_thread::sleep_for(120ms);
    QTest::qWait(20);
    QCOMPARE(watchdog.count(), 0);
  }
};

QTEST_GUILESS_MAIN(StallWatchdogTest)
#include "test_stall_watchdog.moc"
