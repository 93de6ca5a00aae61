#pragma once
#include <QStringList>

namespace discern::desktop {

/// The hosts that an ssh configuration names, with those of the files it includes; no patterns. Empty when it can't be
/// read.
[[nodiscard]] QStringList sshHosts(const QString& configFile);
[[nodiscard]] QString usersSshConfig(); ///< ~/.ssh/config

} // namespace discern::desktop
