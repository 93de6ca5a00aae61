#include "sdk/program/rank_folders.h"

#include "sdk/program/program_analysis.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace discern::sdk {
namespace fs = std::filesystem;
namespace {

void awaitFile(const std::string& file, const Context& ctx) {
  std::error_code ignored;
  while (!fs::exists(file, ignored)) {
    ctx.checkCancelled();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

} // namespace

RankFolders::RankFolders(const std::string& folder, const Context& ctx)
    : own(folder), run(ctx.rank() == 0 ? folder : fs::path(folder).parent_path().parent_path().string()),
      ranks_(ctx.size()) {}

void RankFolders::share(const Context& ctx) const {
  awaitFile(run + "/program.json", ctx); // written last
  for (const char* shared : {"inputs", "parameters"})
    fs::create_directory_symlink(run + "/" + shared, own + "/" + shared);
  for (const char* mine : {"outputs", "partial"})
    fs::create_directories(own + "/" + mine);
  fs::copy_file(run + "/program.json", own + "/program.json");
}

void RankFolders::ended(const std::string& message, int code) const {
  if (own == run) return;
  std::ofstream(own + "/.ended") << nlohmann::json{{"code", code}, {"message", message}}.dump(
      -1, ' ', false, nlohmann::json::error_handler_t::replace);
  fs::rename(own + "/.ended", own + "/ended.json");
}

void RankFolders::awaitOthers(const Context& ctx) const {
  for (int rank = 1; rank < ranks_; ++rank) {
    const std::string file = run + "/ranks/" + std::to_string(rank) + "/ended.json";
    awaitFile(file, ctx);
    std::ifstream stream(file);
    const auto end = nlohmann::json::parse(stream, nullptr, false);
    const int code = end.is_object() ? end.value("code", 1) : 1;
    if (code != 0)
      throw ProgramFailed("On rank " + std::to_string(rank) + ": " + end.value("message", "it failed"), code, 0);
  }
}

} // namespace discern::sdk
