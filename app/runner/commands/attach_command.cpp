#include "command.h"
#include "host_run.h"
#include "jobs/run_files.h"
#include "run_text.h"

#include <chrono>
#include <cstdio>
#include <thread>

namespace discern::runner {
namespace {

void print(const jobs::Event& event) {
  if (!event.value.is_string()) return;
  const std::string text = event.value.get<std::string>();
  if (event.kind == "log")
    std::printf("%s\n", text.c_str());
  else if (event.kind == "phase")
    std::printf("-- %s\n", text.c_str());
  else if (event.kind == "error")
    std::printf("error: %s\n", text.c_str());
}

} // namespace

int attachCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {}, {});
  if (arguments.words().size() != 1) throw data::UsageError("one run is expected, by its folder or its name");
  const jobs::RunDirectory run(attached(arguments.words()[0]));
  jobs::EventReader reader(run.path() + "/events.jsonl");
  std::string note;
  for (;;) {
    const jobs::Snapshot snapshot = run.snapshot(0);
    if (snapshot.note != note) {
      note = snapshot.note;
      if (!note.empty()) std::fprintf(stderr, "%s\n", note.c_str());
    }
    // after the snapshot: what came until the run's end is printed
    for (const jobs::Event& event : reader.next())
      print(event);
    std::fflush(stdout);
    if (jobs::isFinal(snapshot.state)) {
      const jobs::Snapshot last = run.snapshot(0);
      std::printf("%s%s%s\n", std::string(nameOf(last.state)).c_str(), last.message.empty() ? "" : ": ",
                  last.message.c_str());
      if (!last.result.empty()) std::printf("%s\n", last.result.c_str());
      return exitCode(last);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

} // namespace discern::runner
