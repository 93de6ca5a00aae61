#pragma once
/// What a run needs, brought to its host before it starts there.
#include "remote/host_profile.h"
#include "remote/transfer/transfer.h"

#include <functional>
#include <string>
#include <vector>

namespace discern::remote {

/// Who is told of a delivery.
struct DeliveryReports {
  std::function<void(const std::string& text)> note;                         ///< how things stand
  std::function<void(const std::string& kind, const std::string& text)> say; ///< an event of the run
  std::function<TransferProgress(const std::string& what)> progress;         ///< of one transfer
};

/// A run as it can be made on its host.
struct Delivered {
  nlohmann::json job;        ///< job.json over there
  std::string runs;          ///< the folder of its runs over there
  std::string pluginFolders; ///< where an analysis that was sent along lies; empty: none was
  Resources resources;       ///< what Slurm is asked for
};

/// The other files that belong to one of ours: the .raw of a .mhd.
using Companions = std::function<std::vector<std::string>(const std::string& path)>;

/// Sends the inputs, the parameters that name files, and the analysis when it is to go along; what is there by content
/// already is not sent again, and a file of that host (`ssh://HOST/…`) is used where it lies. Throws HostError
/// ("no-space", "no-file"), data::UsageError for a file of a third machine, data::ReadError, Stopped.
[[nodiscard]] Delivered deliver(Link& link, const nlohmann::json& job, const HostProfile& profile,
                                const Companions& companions, const std::atomic<bool>* stop,
                                const DeliveryReports& tell);

} // namespace discern::remote
