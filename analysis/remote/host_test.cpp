#include "remote/host_test.h"

#include "jobs/run_files.h"
#include "remote/host_runs.h"
#include "remote/run/place.h"
#include "remote/run/words.h"
#include "remote/transfer/transfer.h"

#include <chrono>
#include <filesystem>
#include <thread>
#include <unistd.h>

namespace discern::remote {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;
using jobs::textAt;
using Clock = std::chrono::steady_clock;

constexpr const char* checkPlugin = "org.discern.host-check";

class Test {
public:
  Test(const HostProfile& profile, Prompts prompts, const std::function<void(const TestStep&)>& told,
       const std::atomic<bool>* stop)
      : profile_(profile), prompts_(prompts), told_(told), stop_(stop) {}

  bool run() {
    if (steps()) return true;
    try { // what was told of it is all that anybody wants of the job
      if (link_ && !run_.empty()) link_->ask("run.remove", {{"path", run_}});
    } catch (const std::exception&) {
      // it is still at work, or the connection is lost: it is listed among the runs there
    }
    return false;
  }

private:
  bool steps() {
    return step("Connect", [this] { return connect(); }) && step("Remote discern-run", [this] { return runner(); }) &&
           step("Scratch folder", [this] { return scratch(); }) && step("Scheduler", [this] { return scheduler(); }) &&
           step("One-second job", [this] { return job(); }) && step("Result", [this] { return result(); });
  }
  template <class Work>
  bool step(const char* name, const Work& work) {
    TestStep step{++number_, name, TestStep::State::Running, {}, 0};
    current_ = step;
    told_(step);
    const auto start = Clock::now();
    try {
      step.detail = work();
      step.state = TestStep::State::Passed;
    } catch (const std::exception& error) {
      step.detail = error.what();
      step.state = TestStep::State::Failed;
    }
    step.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    told_(step);
    return step.state == TestStep::State::Passed;
  }
  void tell(const std::string& detail) {
    current_.detail = detail;
    told_(current_);
  }

  std::string connect() {
    const Ssh ssh(profile_);
    const bool before = ssh.connected();
    ssh.connect(prompts_, stop_);
    return before ? "connected before" : "connected";
  }

  std::string runner() {
    const Ssh ssh(profile_);
    link_ = std::make_unique<Link>(ssh, stop_);
    const Json& greeting = link_->greeting();
    const Json plugins = link_->ask("plugins")["plugins"];
    return "version " + textAt(greeting, "version") + " on " + textAt(greeting, "host") + " as " +
           textAt(greeting, "user") + ", " + std::to_string(plugins.size()) + " analyses";
  }

  std::string scratch() {
    base_ = textAt(link_->ask("expand", {{"path", scratchFolder(profile_)}}), "path");
    link_->ask("mkdir", {{"path", base_ + "/runs"}});
    link_->askFrame("write", {{"path", base_ + "/.writable"}, {"offset", 0}}, "discern\n");
    const auto free = link_->ask("space", {{"path", base_}}).value("free", std::int64_t(0));
    char text[64];
    const double gigabytes = static_cast<double>(free) * 1e-9;
    if (gigabytes >= 1)
      std::snprintf(text, sizeof text, ", %.1f GB free", gigabytes);
    else
      std::snprintf(text, sizeof text, ", %.0f MB free", gigabytes * 1000);
    return base_ + text;
  }

  std::string scheduler() {
    if (profile_.scheduler == Scheduler::None) return "none: runs start at once";
    return textAt(link_->ask("scheduler"), "text");
  }

  std::string job() {
    const std::string uuid = jobs::freshUuid();
    const Resources resources = [&] {
      Resources small = profile_.resources; // the partition and account are tried, not the size
      small.tasks = small.nodes = 1;
      small.minutes = std::max(1, std::min(small.minutes, 5));
      return small;
    }();
    const Json description{{"uuid", uuid},
                           {"plugin", checkPlugin},
                           {"title", "Test of " + profile_.name},
                           {"parameters", {{"seconds", 1}}},
                           {"inputs", Json::object()},
                           {"threads", 1}};
    run_ =
        textAt(link_->ask("run.create", {{"folder", base_ + "/runs"}, {"name", "test-" + uuid}, {"job", description}}),
               "path");
    link_->ask("run.submit", {{"path", run_},
                              {"scheduler", nameOf(profile_.scheduler)},
                              {"resources", resources},
                              {"prologue", profile_.prologue}});
    const auto start = Clock::now();
    for (;;) {
      const Json look = link_->ask("run.look", {{"path", run_}, {"from", 0}});
      if (look.value("final", false)) {
        const Json exit = look.contains("exit") ? look["exit"] : Json::object();
        if (textAt(exit, "state") != "succeeded") {
          const std::string said = tailOf(run_ + "/slurm.out") + tailOf(run_ + "/stderr.log");
          throw std::runtime_error(
              (textAt(exit, "message").empty() ? textAt(look, "message") : textAt(exit, "message")) +
              (said.empty() ? "" : "\n" + said));
        }
        const std::string node = look.contains("worker") ? textAt(look["worker"], "host") : std::string();
        return "ran" + (node.empty() ? std::string() : " on " + node);
      }
      if (look.contains("scheduler"))
        if (const std::string text = schedulerText(look["scheduler"]); !text.empty()) tell(text);
      if (stop_ && *stop_) {
        link_->ask("run.cancel", {{"path", run_}});
        throw std::runtime_error("stopped");
      }
      if (std::chrono::duration<double>(Clock::now() - start).count() > 600) {
        link_->ask("run.cancel", {{"path", run_}});
        throw std::runtime_error("the job didn't end within 10 minutes and was cancelled: is the queue long?");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  }
  std::string tailOf(const std::string& file) {
    try {
      const Json info = link_->ask("stat", {{"path", file}});
      const auto size = info.value("size", std::int64_t(0));
      if (size <= 0) return {};
      return link_
          ->askFrame("read", {{"path", file}, {"offset", std::max<std::int64_t>(0, size - 500)}, {"length", 500}})
          .payload;
    } catch (const HostError&) {
      return {};
    }
  }

  std::string result() {
    const std::string here =
        fs::temp_directory_path().string() + "/discern-host-test-" + std::to_string(getpid()) + ".h5";
    download(*link_, run_ + "/result.h5", here, {});
    std::error_code ignored;
    const auto size = fs::file_size(here, ignored);
    fs::remove(here, ignored);
    link_->ask("run.remove", {{"path", run_}});
    return std::to_string(size) + " bytes came back whole";
  }

  const HostProfile& profile_;
  Prompts prompts_;
  const std::function<void(const TestStep&)>& told_;
  const std::atomic<bool>* stop_;
  int number_ = 0;
  TestStep current_;
  std::unique_ptr<Link> link_;
  std::string base_, run_;
};

} // namespace

bool testHost(const HostProfile& profile, Prompts prompts, const std::function<void(const TestStep&)>& told,
              const std::atomic<bool>* stop) {
  return Test(profile, prompts, told, stop).run();
}

} // namespace discern::remote
