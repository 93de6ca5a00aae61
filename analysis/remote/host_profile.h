#pragma once
/// How a machine is reached and how work is started there: $XDG_CONFIG_HOME/discern/hosts/NAME.json, docs/hosts.md.
#include "data/address.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace discern::remote {

/// What a job asks a scheduler for; 0 or empty: the site's default.
struct Resources {
  int nodes = 0;
  int tasks = 0;       ///< MPI ranks; more than one only for plugins that use MPI
  int cpusPerTask = 0; ///< threads of a rank
  int gpus = 0;        ///< on each node, asked for as generic resources: --gres=gpu:N
  int memoryMb = 0;    ///< on each node
  int minutes = 0;     ///< wall time
  std::string partition, account, qos;
  std::vector<std::string> extra; ///< more options of sbatch, a word each: "--constraint=a100"
  [[nodiscard]] bool operator==(const Resources&) const = default;
};

enum class Scheduler { None, Slurm };

struct HostProfile {
  std::string name;        ///< letters, digits, "-", "_" and "."; also the host in ssh://NAME/path
  std::string destination; ///< as ssh takes it: user@host, or a Host of ~/.ssh/config
  int port = 0;            ///< 0: as ssh's configuration says
  std::string sshConfig;   ///< instead of ~/.ssh/config; empty: the user's own
  Scheduler scheduler = Scheduler::None;
  std::string scratch;                    ///< folder for runs and inputs there; empty: ~/.local/state/discern
  std::vector<std::string> prologue;      ///< shell lines run before discern-run: "module load hdf5"
  std::vector<std::string> launcher;      ///< starts ranks; empty: srun --mpi=pmix under Slurm, else mpirun
  std::string runner = "discern-run";     ///< there
  Resources resources;                    ///< defaults of a job
  std::int64_t fetchUpTo = 2'000'000'000; ///< bytes; a larger result stays there and is read over the connection

  [[nodiscard]] bool operator==(const HostProfile&) const = default;
};

[[nodiscard]] std::string_view nameOf(Scheduler scheduler); ///< "none", "slurm"

void to_json(nlohmann::json& json, const Resources& resources);
/// Throws data::UsageError naming the key that is wrong, or unknown.
[[nodiscard]] Resources resourcesOf(const nlohmann::json& json);

/// The words of "--resource NAME=VALUE". Throws data::UsageError.
void setResource(Resources& resources, const std::string& name, const std::string& value);
/// The names setResource knows, in the order of a form.
[[nodiscard]] const std::vector<std::string>& resourceNames();

[[nodiscard]] nlohmann::json toJson(const HostProfile& profile);
/// Throws data::UsageError: `where` (the file) and what is wrong with which key.
[[nodiscard]] HostProfile profileOf(const std::string& name, const nlohmann::json& json, const std::string& where);

[[nodiscard]] std::string profilesFolder();
/// A profile's file that can't be used is listed with its error.
struct ListedProfile {
  HostProfile profile; ///< only `name` when there is an error
  std::string file, error;
};
[[nodiscard]] std::vector<ListedProfile> listProfiles();
/// The profile of that name. A name without a profile that ssh may know is a destination without a scheduler when
/// `orDestination`. Throws data::UsageError.
[[nodiscard]] HostProfile findProfile(const std::string& name, bool orDestination = false);
[[nodiscard]] bool validHostName(const std::string& name);
void saveProfile(const HostProfile& profile); ///< Throws data::UsageError
void removeProfile(const std::string& name);

/// A file on a host. Throws data::UsageError for what is no address, or names no file.
[[nodiscard]] data::Address hostPathOf(const std::string& address);
[[nodiscard]] std::string hostAddress(const std::string& host, const std::string& path);

/// Whether two profiles lead to the same machine as the same user: by name, or by destination and ssh's configuration.
/// A name without a profile is no machine but its own.
[[nodiscard]] bool sameMachine(const std::string& oneName, const std::string& otherName);

} // namespace discern::remote
