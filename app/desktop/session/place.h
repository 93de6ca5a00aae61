#pragma once
#include <QString>

namespace discern::desktop {

/// Paths of this machine and addresses of others (data/address.h) as a person reads them.
[[nodiscard]] bool isElsewhere(const QString& path); ///< on another machine
[[nodiscard]] QString hostName(const QString& path); ///< empty: this machine
[[nodiscard]] QString shortName(const QString& path);
/// The folder: "~/data", or "cluster: /scratch/runs".
[[nodiscard]] QString folderText(const QString& path);
/// An absolute path, or the address in its one form. What is no address, though it begins like one, stays as it is.
[[nodiscard]] QString wholePath(const QString& path);

} // namespace discern::desktop
