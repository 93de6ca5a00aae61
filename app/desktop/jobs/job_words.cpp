#include "desktop/jobs/job_words.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace discern::desktop {

using jobs::RunState;

QString stateWord(RunState state) {
  switch (state) {
  case RunState::Queued:
    return QCoreApplication::translate("discern::desktop::JobRow", "Queued");
  case RunState::Starting:
    return QCoreApplication::translate("discern::desktop::JobRow", "Starting");
  case RunState::Running:
    return QCoreApplication::translate("discern::desktop::JobRow", "Running");
  case RunState::Succeeded:
    return QCoreApplication::translate("discern::desktop::JobRow", "Done");
  case RunState::Failed:
    return QCoreApplication::translate("discern::desktop::JobRow", "Failed");
  case RunState::Cancelled:
    return QCoreApplication::translate("discern::desktop::JobRow", "Cancelled");
  case RunState::Unreachable:
    return QCoreApplication::translate("discern::desktop::JobRow", "Unreachable");
  }
  return {};
}

QString stateTone(RunState state, bool cancelling) {
  switch (state) {
  case RunState::Succeeded:
    return QStringLiteral("good");
  case RunState::Failed:
    return QStringLiteral("bad");
  case RunState::Starting:
  case RunState::Running:
    return cancelling ? QStringLiteral("warn") : QStringLiteral("accent");
  case RunState::Queued:
  case RunState::Cancelled:
  case RunState::Unreachable: // the connection is; the run goes on
    break;
  }
  return QStringLiteral("muted");
}

QString durationText(double seconds) {
  const auto whole = static_cast<qint64>(std::max(0.0, std::floor(seconds)));
  const QChar zero = QLatin1Char('0');
  if (whole >= 3600)
    return QStringLiteral("%1:%2:%3").arg(whole / 3600).arg(whole / 60 % 60, 2, 10, zero).arg(whole % 60, 2, 10, zero);
  return QStringLiteral("%1:%2").arg(whole / 60).arg(whole % 60, 2, 10, zero);
}

} // namespace discern::desktop
