#pragma once
#include "jobs/run_directory.h"

#include <QString>

namespace discern::desktop {

[[nodiscard]] QString stateWord(jobs::RunState state); ///< "Queued", "Running", "Done", …
/// The tone of the style sheet that a state is drawn in: "muted", "accent", "good", "warn", "bad".
[[nodiscard]] QString stateTone(jobs::RunState state, bool cancelling = false);
/// "0:07", "12:30", "1:02:03".
[[nodiscard]] QString durationText(double seconds);

} // namespace discern::desktop
