#include "sdk/mpi.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <thread>
#include <unistd.h>

namespace {

using namespace discern;

/// Works, crashes, hangs, throws and eats memory on the ranks of a run.
class Ranks final : public sdk::Analysis {
  using Clock = std::chrono::steady_clock;

  void run(const sdk::Inputs&, const sdk::Parameters& p, sdk::Outputs& out, sdk::Context& ctx) override {
    const MPI_Comm all = sdk::communicator(ctx);
    const std::string behaviour = p.text("behaviour");
    const bool chosen = ctx.rank() == p.integer("rank");
    ctx.phase("On rank " + std::to_string(ctx.rank()));
    ctx.log("rank " + std::to_string(ctx.rank()) + " of " + std::to_string(ctx.size()) + " is about to " + behaviour);
    int number = ctx.rank() + 1, sum = 0;
    MPI_Allreduce(&number, &sum, 1, MPI_INT, MPI_SUM, all);
    std::vector<int> pids(static_cast<std::size_t>(ctx.size()));
    const int mine = getpid();
    MPI_Allgather(&mine, 1, MPI_INT, pids.data(), 1, MPI_INT, all);
    char host[64] = {};
    gethostname(host, sizeof host - 1);
    std::vector<char> hosts(static_cast<std::size_t>(ctx.size()) * sizeof host);
    MPI_Allgather(host, sizeof host, MPI_CHAR, hosts.data(), sizeof host, MPI_CHAR, all);
    std::vector<std::string> names;
    names.reserve(static_cast<std::size_t>(ctx.size()));
    for (std::size_t i = 0; i < hosts.size(); i += sizeof host)
      names.emplace_back(hosts.data() + i);
    out.addSummary("hosts", names);
    out.addSummary("ranks", ctx.size());
    out.addSummary("sum", sum);
    out.addSummary("pids", pids);
    out.addSummary("threads", ctx.threads());
    if (behaviour == "crash" && chosen) {
      std::fputs("the last words on stderr\n", stderr);
      raise(SIGSEGV);
    }
    if (behaviour == "throw" && chosen) throw data::UsageError("this rank doesn't like its planes");
    std::vector<char> memory;
    if (behaviour == "allocate") {
      memory.resize(static_cast<std::size_t>(p.integer("megabytes")) << 20);
      std::memset(memory.data(), 1, memory.size());
    }
    int steps = 0;
    const auto start = Clock::now();
    const auto over = [&] { return std::chrono::duration<double>(Clock::now() - start).count() > p.number("seconds"); };
    if (behaviour == "windUp")
      for (int stop = 0; stop == 0; ++steps) {
        ctx.checkCancelled();
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        stop = sdk::windUpTogether(ctx) ? 1 : 0;
      }
    else if (behaviour == "wait" || behaviour == "stubborn" || behaviour == "allocate")
      while (!over()) {
        if (behaviour == "wait" && chosen) ctx.checkCancelled(); // the others wait in the barrier
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        if (behaviour == "wait" && !chosen) break;
      }
    MPI_Barrier(all); // where the others wait for one that has crashed
    int least = 0;
    MPI_Allreduce(&steps, &least, 1, MPI_INT, MPI_MIN, all);
    out.addSummary("agreed", least == steps);
    data::Table table;
    table.info.name = "ranks";
    table.info.columns = {"rank"};
    table.info.units = {""};
    table.info.rows = 1;
    table.numbers = {{static_cast<double>(ctx.rank())}};
    table.texts.resize(1);
    out.addTable(table);
  }
};

} // namespace

DISCERN_PLUGIN(Ranks)
