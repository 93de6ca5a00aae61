#include "desktop/analyses/job_controller.h"
#include "desktop/jobs/job_row.h"
#include "desktop/jobs/run_table.h"

#include <QAction>
#include <QClipboard>
#include <QDateTime>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <csignal>
#include <utility>

using namespace discern;
using desktop::JobRow;
using jobs::RunState;
using jobs::Snapshot;

class TestJobRow final : public QObject {
  Q_OBJECT

  static Snapshot snapshot(RunState state) {
    Snapshot s;
    s.path = "/runs/one";
    s.title = "Seeded watershed · nuclei";
    s.state = state;
    s.phase = "Distance transform";
    s.progress = 0.42;
    s.started = static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000.0 - 75;
    s.log = {"read 60 × 60 × 30", "threshold 143"};
    return s;
  }
  template <typename T>
  static T* part(JobRow& row, const char* name) {
    return row.findChild<T*>(QLatin1String(name));
  }

private Q_SLOTS:
  void durations() {
    QCOMPARE(desktop::durationText(7.9), QStringLiteral("0:07"));
    QCOMPARE(desktop::durationText(750), QStringLiteral("12:30"));
    QCOMPARE(desktop::durationText(3723), QStringLiteral("1:02:03"));
    QCOMPARE(desktop::durationText(-1), QStringLiteral("0:00"));
  }

  void running() {
    JobRow row;
    row.resize(900, 60);
    row.show(snapshot(RunState::Running), false, false);
    static_cast<QWidget&>(row).show();
    QVERIFY(QTest::qWaitForWindowExposed(&row));
    QCOMPARE(row.stateText(), QStringLiteral("Running"));
    QCOMPARE(part<QLabel>(row, "phase")->text(), QStringLiteral("Distance transform"));
    QCOMPARE(part<QProgressBar>(row, "progress")->value(), 420);
    QCOMPARE(part<QLabel>(row, "percent")->text(), QStringLiteral("42 %"));
    QVERIFY(part<QLabel>(row, "elapsed")->text().startsWith("1:1"));
    QVERIFY(part<QPushButton>(row, "cancel")->isVisible());
    QVERIFY(!part<QPushButton>(row, "runAgain")->isVisible());
    QVERIFY(!row.expanded());
    QTest::mouseClick(part<QToolButton>(row, "log"), Qt::LeftButton);
    QVERIFY(row.expanded());
    QCOMPARE(row.logText(), QStringLiteral("read 60 × 60 × 30\nthreshold 143"));

    QSignalSpy cancel(&row, &JobRow::cancelRequested);
    QTest::mouseClick(part<QPushButton>(row, "cancel"), Qt::LeftButton);
    QCOMPARE(cancel.count(), 1);
    row.show(snapshot(RunState::Running), true, false);
    QCOMPARE(row.stateText(), QStringLiteral("Cancelling…"));
    QVERIFY(!part<QPushButton>(row, "cancel")->isEnabled());
  }

  void failedOpensItsLogAndOffersAnotherTry() {
    JobRow row;
    row.resize(900, 200);
    static_cast<QWidget&>(row).show();
    QVERIFY(QTest::qWaitForWindowExposed(&row));
    row.show(snapshot(RunState::Running), false, false);
    Snapshot failed = snapshot(RunState::Failed);
    failed.signal = SIGKILL;
    failed.ended = failed.started + 12;
    row.show(failed, false, false);
    QCOMPARE(row.stateText(), QStringLiteral("Failed"));
    QVERIFY(row.expanded());
    QVERIFY(row.messageText().contains("signal 9 (SIGKILL)"));
    QVERIFY(row.logText().contains("threshold 143"));
    QCOMPARE(part<QLabel>(row, "elapsed")->text(), QStringLiteral("0:12"));
    QVERIFY(!part<QPushButton>(row, "cancel")->isVisible());
    QSignalSpy again(&row, &JobRow::runAgainRequested);
    QTest::mouseClick(part<QPushButton>(row, "runAgain"), Qt::LeftButton);
    QCOMPARE(again.count(), 1);
    // Closed once, it stays closed.
    row.setExpanded(false);
    row.show(failed, false, false);
    QVERIFY(!row.expanded());
  }

  void messagesOfTheRunComeFirst() {
    Snapshot failed = snapshot(RunState::Failed);
    failed.message = "The threshold leaves no foreground.";
    failed.exitCode = 1;
    QCOMPARE(desktop::failureText(failed), QStringLiteral("The threshold leaves no foreground."));
    failed.message.clear();
    QCOMPARE(desktop::failureText(failed), QStringLiteral("The worker ended with code 1."));
  }

  /// Columns stand below one another whatever the rows' buttons are, and those are in reach in a narrow panel.
  void rowsHaveTheSameColumns() {
    QWidget panel;
    std::vector<JobRow*> rows;
    for (const RunState state : {RunState::Running, RunState::Cancelled, RunState::Succeeded, RunState::Succeeded}) {
      auto* row = new JobRow(&panel);
      Snapshot run = snapshot(state);
      run.host = rows.size() == 1 ? "a-longer-name" : rows.size() == 2 ? "toy" : "";
      if (jobs::isFinal(state)) run.ended = run.started + 7;
      row->reserveHost({"a-longer-name", "toy"});
      row->show(run, false, rows.size() == 2);
      rows.push_back(row);
    }
    panel.show();
    for (const int width : {1100, 700, 610, 500, 420, 340, 260}) {
      panel.resize(width, 400);
      int y = 0;
      for (JobRow* row : rows)
        row->setGeometry(0, std::exchange(y, y + 60), width, 60);
      QTest::qWait(20);
      const auto x = [](JobRow* row, const char* name) {
        const auto* widget = row->findChild<QWidget*>(QLatin1String(name));
        return widget->mapTo(row, QPoint()).x();
      };
      for (JobRow* row : rows) {
        if (width >= 560)
          QCOMPARE(row->findChild<QWidget*>("hostBadge")->parentWidget()->x(),
                   rows[0]->findChild<QWidget*>("hostBadge")->parentWidget()->x());
        if (width >= 320) QCOMPARE(x(row, "elapsed"), x(rows[0], "elapsed"));
        QCOMPARE(x(row, "more"), x(rows[0], "more"));
        for (const char* name : {"cancel", "runAgain", "openResult", "more"}) {
          const auto* button = row->findChild<QWidget*>(QLatin1String(name));
          if (!button->isVisible()) continue;
          const QString said = QStringLiteral("%1 at %2").arg(QLatin1String(name)).arg(width);
          QVERIFY2(x(row, name) + button->width() <= width, qPrintable(said));
          QVERIFY2(button->width() >= button->minimumSizeHint().width(), qPrintable(said));
          QVERIFY2(button->height() >= button->sizeHint().height(), qPrintable(said)); // nothing of it is cut off
          QVERIFY2(row->sizeHint().height() >= button->height() + 8, qPrintable(said));
          const QPoint end = button->mapTo(row, button->rect().bottomRight());
          QVERIFY2(end.y() < row->height() && button->parentWidget()->height() >= button->height(), qPrintable(said));
        }
      }
    }
  }

  void inputsOfAllRunsAreNamedAsAPersonDoes() {
    desktop::RunTable table;
    Snapshot done = snapshot(RunState::Succeeded);
    done.job = {{"plugin", "org.example.watershed"},
                {"inputs", {{"image", {{"path", "ssh://toy/d/nu%3Bc%22lei%20%3Cb%3Ex.tif"}}}}}};
    table.show({done});
    const QModelIndex cell = table.index(0, desktop::RunTable::Input);
    QCOMPARE(cell.data().toString(), QStringLiteral("nu;c\"lei <b>x.tif"));
    QCOMPARE(cell.data(Qt::ToolTipRole).toString(), QStringLiteral("toy: /d/nu;c\"lei <b>x.tif"));
  }

  void copies() {
    JobRow row;
    Snapshot done = snapshot(RunState::Succeeded);
    done.job = {{"plugin", "org.example.watershed"},
                {"parameters", {{"sigma", 2}}},
                {"inputs", {{"image", {{"path", "/d/a b.tif"}}}}}};
    row.show(done, false, true);
    QVERIFY(!part<QPushButton>(row, "openResult")->isHidden());
    part<QAction>(row, "copyPath")->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("/runs/one"));
    part<QAction>(row, "copyCommand")->trigger();
    const QString command = QGuiApplication::clipboard()->text();
    QVERIFY2(command.contains("discern-run run org.example.watershed"), qPrintable(command));
    QVERIFY2(command.contains("a b.tif"), qPrintable(command));
  }
};

QTEST_MAIN(TestJobRow)
#include "test_job_row.moc"
