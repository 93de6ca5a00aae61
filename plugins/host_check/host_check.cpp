#include "sdk/analysis.h"

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <sched.h>
#include <thread>
#include <unistd.h>

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// Cores this process may use, which a scheduler may have made fewer than there are.
int usableCores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  return sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores)
                                                         : static_cast<int>(std::thread::hardware_concurrency());
}

class HostCheck final : public discern::sdk::Analysis {
  void run(const discern::sdk::Inputs&, const discern::sdk::Parameters& p, discern::sdk::Outputs& out,
           discern::sdk::Context& ctx) override {
    using Clock = std::chrono::steady_clock;
    const double seconds = p.number("seconds");
    ctx.phase("Waiting");
    const auto start = Clock::now();
    for (;;) {
      ctx.checkCancelled();
      const double passed = std::chrono::duration<double>(Clock::now() - start).count();
      ctx.progress(seconds > 0 ? std::min(1.0, passed / seconds) : 1.0);
      if (passed >= seconds) break;
      std::this_thread::sleep_for(std::chrono::duration<double>(std::min(0.1, seconds - passed)));
    }
    char host[256] = {};
    gethostname(host, sizeof host - 1);
    const std::vector<std::pair<const char*, std::string>> rows{
        {"machine", host},
        {"cores", std::to_string(usableCores())},
        {"gpus", variable("CUDA_VISIBLE_DEVICES")},
        {"slurmJob", variable("SLURM_JOB_ID")},
        {"slurmNodes", variable("SLURM_JOB_NODELIST")},
        {"folder", variable("PWD")},
    };
    discern::data::Table table;
    table.info.name = "surroundings";
    table.info.columns = {"name", "value"};
    table.info.units = {"", ""};
    table.info.rows = static_cast<std::int64_t>(rows.size());
    table.numbers.resize(2);
    table.texts.resize(2);
    for (const auto& [name, value] : rows) {
      table.texts[0].emplace_back(name);
      table.texts[1].push_back(value);
    }
    out.addTable(table);
    out.addSummary("host", host);
    out.addSummary("gpus", variable("CUDA_VISIBLE_DEVICES"));
    out.addSummary("job", variable("SLURM_JOB_ID"));
  }
};

} // namespace

DISCERN_PLUGIN(HostCheck)
