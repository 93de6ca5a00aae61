#include "command.h"
#include "interruption.h"
#include "remote/host_test.h"
#include "run_text.h"

#include <csignal>
#include <cstdio>
#include <unistd.h>

namespace discern::runner {
namespace {

int list() {
  const auto profiles = remote::listProfiles();
  std::vector<std::vector<std::string>> rows{{"HOST", "DESTINATION", "SCHEDULER", "SCRATCH"}};
  for (const remote::ListedProfile& listed : profiles) {
    const remote::HostProfile& profile = listed.profile;
    if (listed.error.empty())
      rows.push_back({profile.name, profile.destination, std::string(nameOf(profile.scheduler)),
                      profile.scratch.empty() ? "~/.local/state/discern" : profile.scratch});
    else
      std::fprintf(stderr, "discern-run: a host can't be used: %s\n", listed.error.c_str());
  }
  if (rows.size() > 1)
    std::fputs(columns(rows).c_str(), stdout);
  else
    std::fprintf(stderr,
                 "discern-run: no host has been set up. A profile is a file in %s; docs/hosts.md says what it holds.\n",
                 remote::profilesFolder().c_str());
  return Done;
}

int test(const std::string& name) {
  std::signal(SIGPIPE, SIG_IGN);
  const bool passed = remote::testHost(
      remote::findProfile(name, true), isatty(STDIN_FILENO) == 1 ? remote::Prompts::Terminal : remote::Prompts::None,
      [](const remote::TestStep& step) {
        if (step.state == remote::TestStep::State::Running) return;
        const bool good = step.state == remote::TestStep::State::Passed;
        std::printf("%d/%d  %-18s %s  %.2f s  %s\n", step.number, remote::testSteps, step.name.c_str(),
                    good ? "ok    " : "FAILED", step.seconds, step.detail.c_str());
        std::fflush(stdout);
      },
      &interruption());
  return passed ? Done : AnalysisFailed;
}

} // namespace

int hostCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {}, {});
  const auto& rest = arguments.words();
  if (rest.size() == 1 && rest[0] == "list") return list();
  if (rest.size() == 2 && rest[0] == "test") return test(rest[1]);
  if (rest.size() == 2 && rest[0] == "disconnect") {
    remote::Ssh(remote::findProfile(rest[1], true)).disconnect();
    return Done;
  }
  throw data::UsageError("\"list\", \"test NAME\" or \"disconnect NAME\" is expected");
}

} // namespace discern::runner
