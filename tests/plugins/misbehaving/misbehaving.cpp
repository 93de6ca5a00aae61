#include "sdk/analysis.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using namespace discern;

/// Crashes, hangs, throws and floods on demand. Its manifest lists the ways.
class Misbehaving final : public sdk::Analysis {
  using Clock = std::chrono::steady_clock;

  static void wait(double seconds, sdk::Context& ctx, bool heedsCancel) {
    const auto start = Clock::now();
    for (;;) {
      const double passed = std::chrono::duration<double>(Clock::now() - start).count();
      if (passed >= seconds) return;
      if (heedsCancel) ctx.checkCancelled();
      ctx.progress(passed / seconds);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  void run(const sdk::Inputs& in, const sdk::Parameters& p, sdk::Outputs& out, sdk::Context& ctx) override {
    const std::string behaviour = p.text("behaviour");
    ctx.phase("Misbehaving");
    ctx.log("about to " + behaviour);
    data::FieldInfo info;
    info.name = "copy";
    info.type = data::ScalarType::Float64;
    info.shape = {2, 2, 2};
    std::vector<double> values(8, static_cast<double>(ctx.seed()));
    if (behaviour == "crash") {
      std::fputs("the last words on stderr\n", stderr);
      raise(SIGSEGV);
    } else if (behaviour == "throw") {
      throw std::runtime_error("the plugin gave up: 42 is not enough");
    } else if (behaviour == "usage") {
      throw data::UsageError("parameter \"lines\" doesn't suit this image");
    } else if (behaviour == "stranger") {
      throw 42;
    } else if (behaviour == "exit") {
      std::_Exit(0);
    } else if (behaviour == "chatter") {
      for (std::int64_t i = 0; i < p.integer("lines"); ++i)
        ctx.log("line " + std::to_string(i) + " of a plugin that talks too much");
    } else if (behaviour == "random") {
      std::mt19937_64 generator(ctx.seed());
      for (double& value : values)
        value = static_cast<double>(generator() >> 11);
    } else if (behaviour == "partial") {
      ctx.partial(info, std::as_bytes(std::span(values)));
    } else if (behaviour == "wait" || behaviour == "stubborn") {
      wait(p.number("seconds"), ctx, behaviour == "wait");
    }
    if (behaviour == "iterate") { // publishes what it has, over and over
      info.shape = {12, 10, 8};
      values.assign(960, 0.0);
      data::FieldInfo estimate = info;
      estimate.name = "estimate";
      const auto start = Clock::now();
      for (int step = 1; Clock::now() - start < std::chrono::duration<double>(p.number("seconds")); ++step) {
        for (std::size_t i = 0; i < values.size(); ++i)
          values[i] = step + 0.001 * static_cast<double>(i);
        ctx.partial(estimate, std::as_bytes(std::span(values)));
        wait(0.25, ctx, true);
      }
    } else if (behaviour == "windUp") {
      int steps = 0;
      for (; !ctx.windUp(); ++steps) {
        ctx.checkCancelled();
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
      out.addSummary("steps", steps);
    } else if (behaviour == "allocate") { // in one piece, which can be refused
      std::vector<char> memory(static_cast<std::size_t>(p.integer("megabytes")) << 20, 1);
      wait(p.number("seconds"), ctx, true);
      out.addSummary("last", static_cast<int>(memory.back()));
    } else if (behaviour == "swallow") { // in many processes, none of which has much
      for (int child = 0; child < 8; ++child)
        if (fork() == 0) {
          std::vector<char> memory(static_cast<std::size_t>(p.integer("megabytes")) << 17, 1);
          pause();
          std::_Exit(memory.back());
        }
      wait(p.number("seconds"), ctx, true);
    }
    if (in.has("image")) out.addSummary("voxels", in.volume("image").info.voxels());
    out.addSummary("behaviour", behaviour);
    const auto bytes = std::as_bytes(std::span(values));
    out.addField(info, {bytes.begin(), bytes.end()});
  }
};

} // namespace

DISCERN_PLUGIN(Misbehaving)
